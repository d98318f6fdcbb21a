"""The addresses of the desk."""

from django.urls import path
from django.views.generic import RedirectView

from workflows import views, views_inbox, views_lists

app_name = "desk"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="desk:inbox"), name="desk"),
    path("inbox/", views_inbox.inbox_page, name="inbox"),
    path("inbox/news/", views_inbox.news, name="news"),
    path("inbox/rows/", views_inbox.rows_page, name="rows"),
    path("inbox/lists/", views_lists.lists_page, name="lists"),
    path("inbox/keys/", views_lists.keys_page, name="keys"),
    path("find/", views.find, name="find"),
    path("cases/<str:reference>/", views.case_page, name="case"),
    path("cases/<str:reference>/diagram/", views.diagram_page, name="diagram"),
    path("cases/<str:reference>/direct/", views.directive_page, name="direct"),
    path("cases/<str:reference>/add_words/", views.note_page, name="add_words"),
    path("cases/<str:reference>/<slug:move>/", views.move_page, name="move"),
]
