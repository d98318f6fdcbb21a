"""The addresses of the desk."""

from django.urls import path
from django.views.generic import RedirectView

from workflows import together_views, views

app_name = "desk"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="desk:inbox"), name="desk"),
    path("inbox/", views.inbox_page, name="inbox"),
    path("find/", views.find, name="find"),
    path("cases/<str:reference>/", views.case_page, name="case"),
    path("cases/<str:reference>/diagram/", views.diagram_page, name="diagram"),
    *[
        path(f"cases/<str:reference>/{move}/", together_views.beside_page, {"move": move}, name=move)
        for move in together_views.FORMS
    ],
    path("cases/<str:reference>/add_words/", views.note_page, name="add_words"),
    path("cases/<str:reference>/<slug:move>/", views.move_page, name="move"),
]
