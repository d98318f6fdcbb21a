"""The addresses of the desk."""

from django.urls import path
from django.views.generic import RedirectView

from workflows.desk import (
    board_views,
    case_views,
    correction_views,
    inbox_views,
    incident_views,
    leave_views,
    list_views,
    together_views,
    views,
    writing_views,
)

app_name = "desk"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="desk:inbox"), name="desk"),
    path("inbox/", inbox_views.inbox_page, name="inbox"),
    path("inbox/news/", inbox_views.news, name="news"),
    path("inbox/rows/", inbox_views.rows_page, name="rows"),
    path("inbox/lists/", list_views.lists_page, name="lists"),
    path("inbox/keys/", list_views.keys_page, name="keys"),
    path("find/", views.find, name="find"),
    path("board/", board_views.board_page, name="board"),
    path("board/share/", board_views.share_page, name="share"),
    path("board/posts/", board_views.own_posts_page, name="posts"),
    path("board/posts/<int:posting>/", board_views.post_page, name="post"),
    path("leaves/", leave_views.leaves_page, name="leaves"),
    path("leaves/new/", leave_views.new_leave_page, name="new_leave"),
    path("leaves/<int:absence>/", leave_views.leave_page, name="leave"),
    path("leaves/<int:absence>/end/", leave_views.end_leave, name="end_leave"),
    path("incidents/", incident_views.incidents_page, name="incidents"),
    path("incidents/new/", incident_views.new_incident_page, name="new_incident"),
    path("incidents/<int:number>/", incident_views.incident_page, name="incident"),
    path("incidents/<int:number>/close/", incident_views.close_incident_page, name="close_incident"),
    path("cases/<str:reference>/", views.case_page, name="case"),
    path("cases/<str:reference>/diagram/", views.diagram_page, name="diagram"),
    *[
        path(f"cases/<str:reference>/{move}/", together_views.beside_page, {"move": move}, name=move)
        for move in together_views.FORMS
    ],
    path("cases/<str:reference>/add_words/", views.note_page, name="add_words"),
    path("cases/<str:reference>/write_to/", writing_views.write_page, name="write_to"),
    path("cases/<str:reference>/correct/", correction_views.correct_page, name="correct"),
    path("cases/<str:reference>/attach/", case_views.attach_page, name="attach"),
    path("cases/<str:reference>/reveal/", case_views.reveal_page, name="reveal"),
    path("cases/<str:reference>/files/<int:number>/", case_views.attachment_page, name="attachment"),
    path("cases/<str:reference>/tie_case/", incident_views.tie_case, name="tie_case"),
    path("cases/<str:reference>/<slug:move>/", views.move_page, name="move"),
]
