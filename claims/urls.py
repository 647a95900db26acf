"""Where a patient's settlements are, and where anybody finds an institution."""

from __future__ import annotations

from django.urls import path

from claims import register_views, views
from claims.desk import residence

app_name = "claims"

urlpatterns = [
    path("institutions/", register_views.institutions, name="institutions"),
    path("desk/residence/", residence.queue, name="desk_residence"),
    path("desk/residence/several/", residence.several, name="desk_residence_several"),
    path("desk/residence/<int:registration_id>/", residence.case, name="desk_residence_case"),
    path("desk/residence/<int:registration_id>/end/", residence.end, name="desk_residence_end"),
    path(
        "desk/residence/<int:registration_id>/review/",
        residence.review,
        name="desk_residence_review",
    ),
    path("care/", views.claim_list, name="list"),
    path("care/<str:number>/", views.claim_detail, name="detail"),
    path("care/<str:number>/document/", views.claim_document, name="document"),
]
