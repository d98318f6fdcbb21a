"""The addresses of the API; whatever else begins so is answered as a program expects."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from channels_in import suggesting
from channels_in.api import answers, changes, complaints, lists, messages, phones, schema, uploads

urlpatterns: list[URLPattern] = [
    path("api/v1/phones/", phones.phones, name="api_phones"),
    path("api/v1/phones/verify/", phones.verify, name="api_verify"),
    path("api/v1/phones/token/", phones.token, name="api_token"),
    path("api/v1/complaints/", complaints.complaints, name="api_complaints"),
    path("api/v1/complaints/<str:reference>/", complaints.complaint, name="api_complaint"),
    path("api/v1/complaints/<str:reference>/messages/", messages.messages, name="api_messages"),
    path("api/v1/complaints/<str:reference>/attachments/", uploads.attachments_of_case, name="api_attachments"),
    path("api/v1/uploads/", uploads.uploads_door, name="api_uploads"),
    path("api/v1/uploads/<uuid:upload>/", uploads.one_upload, name="api_upload"),
    path("api/v1/categories/", lists.categories_list, name="api_categories"),
    path("api/v1/offices/", lists.offices_list, name="api_offices"),
    path("api/v1/offices/<str:code>/", lists.one_office, name="api_office"),
    path("api/v1/changes/", changes.changes, name="api_changes"),
    path("api/v1/schema/", schema.schema_page, name="api_schema"),
    path("api/v1/suggest/", suggesting.suggestions, name="api_suggest"),
    re_path(r"^api(/.*)?$", answers.unknown),
]
