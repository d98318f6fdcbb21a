"""The addresses of the leader's page, the audit trail and the reports."""

from django.urls import path

from reports import register_views, views

app_name = "reports"
urlpatterns = [
    path("desk/leader/", views.leader_page, name="leader"),
    path("desk/leader/moves/", views.moves_fragment, name="moves"),
    path("desk/audit/", views.audit_page, name="audit"),
    path("desk/audit/exports/", views.exports_page, name="exports"),
    path("desk/audit/trail.<slug:form>", views.audit_file, name="audit_download"),
    path("desk/register/", register_views.register_page, name="register"),
    path("desk/register/register.csv", register_views.register_file, name="register_file"),
    path("reports/", views.report_page, name="report"),
    path("reports/report.<slug:form>", views.report_file, name="download"),
]
