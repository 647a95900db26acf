"""Where a person's family account is."""

from __future__ import annotations

from django.urls import path

from families import adding, code_views, desk, premium_views, views

app_name = "families"

urlpatterns = [
    path("family/", views.family, name="family"),
    path("family/add/", adding.who, name="add"),
    path("family/add/order/", adding.order, name="add_order"),
    path("family/add/notice/", adding.notice, name="add_notice"),
    path("family/history/", views.history, name="history"),
    path("family/staying-out/", views.staying_out, name="staying_out"),
    path("family/<int:binding_id>/", adding.done, name="bound"),
    path("code/", code_views.payment_code, name="payment_code"),
    path("premiums/", premium_views.premiums, name="premiums"),
    path("premiums/<int:premium_id>/", premium_views.premium, name="premium"),
    path("premiums/<int:premium_id>/cancel/", premium_views.cancel, name="premium_cancel"),
    path("premiums/<slug:key>/<slug:product>/", premium_views.pay, name="premium_pay"),
    path("desk/premiums/", desk.premiums, name="desk_premiums"),
    path("desk/premiums/hand-over/", desk.hand_over, name="desk_premiums_hand_over"),
    path("desk/premiums/answer/", desk.answer, name="desk_premiums_answer"),
    path("desk/premiums/<int:collection_id>/", desk.file, name="desk_premiums_file"),
    path("family/<int:binding_id>/end/", views.end, name="end"),
]
