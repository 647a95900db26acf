"""Where clearing, reconciliation and the bank's payments are on the desk."""

from __future__ import annotations

from django.urls import path

from clearing.desk import matrix, statement

app_name = "clearing"

urlpatterns = [
    path("desk/clearing/", matrix.show, name="desk_matrix"),
    path("desk/clearing/close/", matrix.close, name="desk_close"),
    path("desk/clearing/<int:number>/", statement.show, name="desk_statement"),
    path("desk/clearing/<int:number>/check/", statement.check, name="desk_check"),
    path("desk/clearing/<int:number>/pay/", statement.pay, name="desk_pay"),
    path("desk/clearing/<int:number>/received/", statement.received, name="desk_received"),
]
