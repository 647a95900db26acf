"""Where a person's family account is."""

from __future__ import annotations

from django.urls import path

from families import adding, code_views, desk, premium_views, views
from families.checking import desk as checking_desk
from families.checking import pages as checking

app_name = "families"

urlpatterns = [
    path("family/", views.family, name="family"),
    path("family/add/", adding.who, name="add"),
    path("family/add/order/", adding.order, name="add_order"),
    path("family/add/notice/", adding.notice, name="add_notice"),
    path("family/history/", views.history, name="history"),
    path("family/staying-out/", views.staying_out, name="staying_out"),
    path("family/<int:binding_id>/", adding.done, name="bound"),
    path("family/check/<int:check_id>/", checking.check, name="check"),
    path("code/", code_views.payment_code, name="payment_code"),
    path("premiums/", premium_views.premiums, name="premiums"),
    path("premiums/<int:premium_id>/", premium_views.premium, name="premium"),
    path("premiums/<int:premium_id>/cancel/", premium_views.cancel, name="premium_cancel"),
    path("premiums/<slug:key>/<slug:product>/", premium_views.pay, name="premium_pay"),
    path("desk/premiums/", desk.premiums, name="desk_premiums"),
    path("desk/premiums/hand-over/", desk.hand_over, name="desk_premiums_hand_over"),
    path("desk/premiums/answer/", desk.answer, name="desk_premiums_answer"),
    path("desk/premiums/<int:collection_id>/", desk.file, name="desk_premiums_file"),
    path("desk/binding-checks/", checking_desk.queue, name="desk_checks"),
    path("desk/binding-checks/ask/", checking_desk.ask_several, name="desk_checks_ask"),
    path(
        "desk/binding-checks/start/<int:binding_id>/",
        checking_desk.start,
        name="desk_check_start",
    ),
    path("desk/binding-checks/rules/", checking_desk.rules, name="desk_check_rules"),
    path("desk/binding-checks/<int:check_id>/", checking_desk.check, name="desk_check"),
    path("family/<int:binding_id>/end/", views.end, name="end"),
]
