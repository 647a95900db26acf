"""The matrix of all areas for a period, and closing one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from clearing import matrix, statements, words
from clearing.exports import FORMATS, Cell, Table, handed_out
from clearing.matrix import Matrix
from clearing.periods import Period, Subject, closable, period_of
from members.months import parse_month
from record.deciding import carry_out
from record.models import Role
from record.staffing import Staff, for_staff

CLERK = Role.Kind.FINANCE_CLERK.value


def read_period(subject: str, text: str) -> Period:
    """Read a subject with `2024-06` or `2024`. Raises Http404."""
    try:
        if subject not in Subject.values:
            raise ValueError(subject)
        day = date(int(text), 1, 1) if subject == Subject.PREMIUM else parse_month(text)
    except ValueError:
        raise Http404("no such period") from None
    return period_of(subject, day)


def period_key(period: Period) -> str:
    """Return a period as addresses name it: `care:2024-06`, `premium:2024`."""
    form = "%Y" if period.subject == Subject.PREMIUM else "%Y-%m"
    return f"{period.subject}:{period.first_day.strftime(form)}"


def _asked_period(request: HttpRequest, known: list[Period], day: date) -> Period:
    subject, _, text = request.GET.get("period", "").partition(":")
    if text:
        return read_period(subject, text)
    care = [period for period in known if period.subject == Subject.CARE]
    return (care or known or [period_of(Subject.CARE, day)])[0]


@require_safe
@for_staff(CLERK)
def show(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show a period: net positions, all pairs, and whether it equals the ledger."""
    due = closable(staff.day)
    running = [period_of(subject, staff.day) for subject in Subject.values]
    known = [*matrix.closed_periods(), *due]
    known.sort(key=lambda period: (period.first_day, period.subject), reverse=True)
    period = _asked_period(request, known, staff.day)
    found = matrix.matrix_of(period)
    form = request.GET.get("format", "")
    if form in FORMATS:
        return handed_out(_table(found), name=f"clearing-{period_key(period)}", form=form)
    choices = [*running, *(one for one in known if one not in running)]
    if period not in choices:
        choices.insert(0, period)
    context = {
        "matrix": found,
        "period": period,
        "key": period_key(period),
        "choices": [(period_key(one), words.period_name(one)) for one in choices],
        "areas": list(found.positions),
        "grid": _grid(found),
        "kinds": sorted(found.by_kind.items()),
        "pairs": [
            {"statement": one, "mine": any(staff.covers(area) for area in one.areas)}
            for one in found.statements
        ],
        "closable": period in due and _may_close(staff),
        "is_over": period.after <= staff.day,
    }
    return render(request, "desk/clearing_matrix.html", context)


def _may_close(staff: Staff) -> bool:
    """Closing ends a period for every area: a clerk of a whole province does it."""
    return any(len(scope) == 2 for scope in staff.scopes_as(CLERK))


def _grid(found: Matrix) -> list[dict[str, Any]]:
    """Return the matrix row by row: a creditor, what each debtor owes it, the sum."""
    areas = list(found.positions)
    return [
        {
            "area": creditor,
            "cells": [
                {
                    "debtor": debtor,
                    "amount": found.cells.get((creditor, debtor)),
                    "self": creditor == debtor,
                }
                for debtor in areas
            ],
            "position": found.positions[creditor],
        }
        for creditor in areas
    ]


def _table(found: Matrix) -> Table:
    areas = list(found.positions)
    nil = Decimal("0.00")
    header = [
        gettext("Owed to"),
        *(f"{code} {words.area_name(code)}" for code in areas),
        gettext("is owed"),
        gettext("owes"),
        gettext("net"),
    ]
    rows: list[list[Cell]] = []
    for creditor in areas:
        position = found.positions[creditor]
        rows.append(
            [
                f"{creditor} {words.area_name(creditor)}",
                *(found.cells.get((creditor, debtor), nil) for debtor in areas),
                position.receivable,
                position.payable,
                position.net,
            ]
        )
    rows.append(
        [
            gettext("owes"),
            *(found.positions[area].payable for area in areas),
            found.total,
            found.total,
            found.sum_of_positions,
        ]
    )
    notes = [
        words.period_name(found.period),
        gettext("A column's area owes the row's area. The sum of all net positions is nil."),
    ]
    return Table(title=gettext("Clearing"), header=header, rows=rows, notes=notes)


@require_POST
@for_staff(CLERK)
def close(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Close a period for good and draw up its statements."""
    subject, _, text = request.POST.get("period", "").partition(":")
    period = read_period(subject, text)
    if not _may_close(staff):
        raise Http404("closing is for clerks of a whole province")
    carry_out(
        request,
        lambda: statements.close_period(period=period, day=staff.day, actor=staff.actor),
        gettext("The period is closed. Its statements wait for both areas."),
    )
    return redirect(f"{reverse('clearing:desk_matrix')}?period={period_key(period)}")
