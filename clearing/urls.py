"""Where clearing, reconciliation and the bank's payments are on the desk."""

from __future__ import annotations

from django.urls import path

from clearing.desk import bank, case, matrix, paying, reconciliation, reports, statement

app_name = "clearing"

urlpatterns = [
    path("desk/clearing/", matrix.show, name="desk_matrix"),
    path("desk/clearing/close/", matrix.close, name="desk_close"),
    path("desk/clearing/<int:number>/", statement.show, name="desk_statement"),
    path("desk/clearing/<int:number>/check/", statement.check, name="desk_check"),
    path("desk/clearing/<int:number>/pay/", statement.pay, name="desk_pay"),
    path("desk/clearing/<int:number>/received/", statement.received, name="desk_received"),
    path("desk/reconciliation/", reconciliation.workbench, name="desk_reconciliation"),
    path("desk/reconciliation/template/", reconciliation.template, name="desk_day_file_template"),
    path("desk/reconciliation/files/<int:number>/", reconciliation.day_file, name="desk_day_file"),
    path("desk/reconciliation/<int:number>/", case.show, name="desk_case"),
    path("desk/reconciliation/<int:number>/propose/", case.propose, name="desk_case_propose"),
    path("desk/reconciliation/<int:number>/decide/", case.decide, name="desk_case_decide"),
    path(
        "desk/reconciliation/<int:number>/tasks/<int:task>/",
        case.answer,
        name="desk_case_answer",
    ),
    path("desk/paying/", paying.month, name="desk_paying"),
    path("desk/paying/draw-up/", paying.draw_up, name="desk_draw_up"),
    path("desk/paying/changes/<int:number>/", paying.decide, name="desk_paying_decide"),
    path("desk/paying/<int:number>/", paying.show, name="desk_institution"),
    path("desk/paying/<int:number>/agree/", paying.agree, name="desk_agree"),
    path("desk/paying/<int:number>/deduct/", paying.deduct, name="desk_deduct"),
    path("desk/paying/<int:number>/account/", paying.account, name="desk_account"),
    path("desk/bank/", bank.overview, name="desk_bank"),
    path("desk/bank/gather/", bank.gather, name="desk_gather"),
    path("desk/bank/make/", bank.make, name="desk_bank_make"),
    path("desk/bank/runs/<int:number>/", bank.make_of_run, name="desk_bank_run"),
    path("desk/bank/payments/<int:number>/", bank.payment_account, name="desk_payment_account"),
    path("desk/bank/<int:number>/", bank.show, name="desk_bank_file"),
    path("desk/bank/<int:number>/release/", bank.release, name="desk_bank_release"),
    path("desk/bank/<int:number>/drop/", bank.drop, name="desk_bank_drop"),
    path("desk/bank/<int:number>/take/", bank.take, name="desk_bank_take"),
    path("desk/bank/<int:number>/template/", bank.return_template, name="desk_return_template"),
    path("desk/bank/<int:number>/return/", bank.read_return, name="desk_bank_return"),
    path("desk/books/", reports.trial_balance, name="desk_trial_balance"),
    path("desk/books/funds/", reports.funds, name="desk_funds"),
]
