"""Where a patient's settlements are, and where anybody finds an institution."""

from __future__ import annotations

from django.urls import path

from claims import paper_pages, register_views, views
from claims.desk import bills, residence

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
    path("desk/bills/", bills.queue, name="desk_bills"),
    path("desk/bills/enter/", bills.enter, name="desk_bill_enter"),
    path("desk/bills/<int:bill_id>/", bills.bill, name="desk_bill"),
    path("desk/bills/<int:bill_id>/review/", bills.review, name="desk_bill_review"),
    path("bills/", paper_pages.overview, name="bills"),
    path("bills/new/", paper_pages.new, name="bill_new"),
    path("bills/review/", paper_pages.review, name="bill_review"),
    path("bills/<int:bill_id>/", paper_pages.bill, name="bill"),
    path("bills/<int:bill_id>/correct/", paper_pages.correct, name="bill_correct"),
    path("bills/<int:bill_id>/withdraw/", paper_pages.withdraw, name="bill_withdraw"),
    path("care/", views.claim_list, name="list"),
    path("care/<str:number>/", views.claim_detail, name="detail"),
    path("care/<str:number>/document/", views.claim_document, name="document"),
]
