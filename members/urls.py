"""Where a user says which insured person they are."""

from __future__ import annotations

from django.urls import path

from members import (
    bank_pages,
    paper_pages,
    residence_pages,
    session_views,
    ticket_desk,
    ticket_pages,
    views,
)

app_name = "members"

urlpatterns = [
    path("link/", views.link, name="link"),
    path("link/code/", views.code, name="code"),
    path("link/eid/", views.eid, name="eid"),
    path("me/bank/", bank_pages.overview, name="bank_account"),
    path("me/bank/enter/", bank_pages.enter, name="bank_account_enter"),
    path("me/bank/take-back/", bank_pages.take_back, name="bank_account_take_back"),
    path("residence/", residence_pages.overview, name="residence"),
    path("residence/apply/", residence_pages.apply, name="residence_apply"),
    path("residence/apply/papers/", residence_pages.add_papers, name="residence_papers"),
    path("residence/apply/review/", residence_pages.review, name="residence_review"),
    path("residence/<int:registration_id>/", residence_pages.detail, name="residence_detail"),
    path("residence/<int:registration_id>/sent/", residence_pages.sent, name="residence_sent"),
    path(
        "residence/<int:registration_id>/correct/",
        residence_pages.correct,
        name="residence_correct",
    ),
    path(
        "residence/<int:registration_id>/withdraw/",
        residence_pages.withdraw,
        name="residence_withdraw",
    ),
    path("residence/<int:registration_id>/end/", residence_pages.end, name="residence_end"),
    path(
        "residence/<int:registration_id>/resume/", residence_pages.resume, name="residence_resume"
    ),
    path("me/devices/<int:session_id>/end/", session_views.end, name="session_end"),
    path("questions/", ticket_pages.ticket_list, name="tickets"),
    path("questions/new/", ticket_pages.ask, name="ask"),
    path("questions/<str:number>/", ticket_pages.ticket, name="ticket"),
    path("questions/<str:number>/close/", ticket_pages.ticket_close, name="ticket_close"),
    path("desk/questions/", ticket_desk.ticket_queue, name="desk_tickets"),
    path("desk/questions/enter/", ticket_desk.ticket_enter, name="desk_ticket_enter"),
    path("desk/questions/<str:number>/", ticket_desk.desk_ticket, name="desk_ticket"),
    path("desk/questions/<str:number>/act/", ticket_desk.ticket_act, name="desk_ticket_act"),
    path("papers/<uuid:key>/", paper_pages.paper, name="paper"),
    path("desk/papers/<uuid:key>/", paper_pages.desk_paper, name="desk_paper"),
    path("desk/papers/<uuid:key>/look/", paper_pages.desk_look, name="desk_paper_look"),
]
