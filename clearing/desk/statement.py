"""One statement of two areas: its totals, its lines, and what each side does with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from clearing import lines, matrix, statements, words
from clearing.exports import FORMATS, Table, handed_out
from clearing.lines import Line
from clearing.models import ClearingStatement
from clearing.periods import Period
from clearing.sides import speaks_for
from record.deciding import carry_out
from record.models import Change, Role
from record.staffing import Staff, for_staff

from .matrix import CLERK, period_key

LINES_A_PAGE = 50
READERS = (CLERK, Role.Kind.REVIEWER.value)


def _found(staff: Staff, number: int) -> ClearingStatement:
    try:
        return matrix.statement_for(staff.scopes, number)
    except ClearingStatement.DoesNotExist:
        raise Http404("no statement of these areas") from None


@require_safe
@for_staff(*READERS)
def show(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Show a statement down to its transfers."""
    statement = _found(staff, number)
    period = statements.period_of_statement(statement)
    transfers = lines.transfers_of(period, statement.areas)
    form = request.GET.get("format", "")
    if form in FORMATS:
        table = _table(statement, period, lines.lines_for(transfers))
        return handed_out(table, name=_name(statement, period), form=form)
    payment = _waiting_payment(statement)
    sides = _sides(statement, staff)
    page = Paginator(transfers, LINES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "statement": statement,
        "period": period,
        "key": period_key(period),
        "sides": sides,
        "is_for_either": all(side["may_sign"] for side in sides),
        "totals": [(*total[:3], Decimal(total[3])) for total in statement.totals],
        "page": page,
        "lines": lines.lines_for(page.object_list),
        "stands": statements.lines_stand(statement),
        "payment": payment,
        "may_pay": statement.state == ClearingStatement.State.CONFIRMED
        and _speaks(staff, statement.debtor),
        "may_confirm": payment is not None
        and payment.proposed_by_id != staff.user.pk
        and _speaks(staff, statement.creditor),
        "course": _course(statement),
    }
    return render(request, "desk/clearing_statement.html", context)


def _name(statement: ClearingStatement, period: Period) -> str:
    return f"clearing-{period_key(period)}-{statement.first_area}-{statement.second_area}"


def _sides(statement: ClearingStatement, staff: Staff) -> list[dict[str, Any]]:
    """Return both sides: who signed when, and the reader's own button alone."""
    signed = {check.area: check for check in statement.checks.select_related("by")}
    has_signed = any(check.by_id == staff.user.pk for check in signed.values())
    open_ = statement.state in {ClearingStatement.State.DRAFT, ClearingStatement.State.CHECKED}
    return [
        {
            "area": area,
            "check": signed.get(area),
            "may_sign": open_ and area not in signed and not has_signed and _speaks(staff, area),
        }
        for area in statement.areas
    ]


def _speaks(staff: Staff, area: str) -> bool:
    return speaks_for(area, user_id=staff.user.pk, day=staff.day)


def _waiting_payment(statement: ClearingStatement) -> Change | None:
    return Change.objects.filter(
        kind=statements.CLEARING_PAYMENT,
        key=f"clearing:{statement.pk}",
        state=Change.State.WAITING,
    ).first()


def _course(statement: ClearingStatement) -> list[dict[str, Any]]:
    states = ClearingStatement.State
    order = [states.DRAFT, states.CHECKED, states.CONFIRMED, states.PAID]
    here = order.index(states(statement.state))
    checks = list(statement.checks.order_by("pk"))
    signed = [f"{words.area_name(check.area)}, {check.day}" for check in checks]
    steps = [
        (gettext("Drawn up from the ledger"), str(statement.drawn_up_on)),
        (gettext("Checked by one area"), signed[0] if signed else ""),
        (gettext("Confirmed by both"), str(statement.confirmed_on or "")),
        (gettext("Paid"), str(statement.paid_on or "")),
    ]
    done = [True, here >= 1, here >= 2, here >= 3]
    current = next((place for place, is_done in enumerate(done) if not is_done), None)
    return [
        {
            "title": title,
            "note": note,
            "state": "done" if done[place] else "current" if place == current else "next",
        }
        for place, (title, note) in enumerate(steps)
    ]


def _table(statement: ClearingStatement, period: Period, rows: list[Line]) -> Table:
    return Table(
        title=gettext("Clearing"),
        header=[
            gettext("Transfer"),
            gettext("Day"),
            gettext("Kind"),
            gettext("Record"),
            gettext("Owed to"),
            gettext("Owed by"),
            gettext("Amount"),
        ],
        rows=[
            [
                str(line.transfer_id),
                line.day,
                words.clearing_kind(line.kind),
                line.record,
                f"{line.creditor} {words.area_name(line.creditor)}",
                f"{line.debtor} {words.area_name(line.debtor)}",
                line.amount,
            ]
            for line in rows
        ],
        notes=[words.period_name(period), f"SHA-256 {statement.lines_hash}"],
    )


@require_POST
@for_staff(CLERK)
def check(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Sign for one side the lines whose hash the page showed."""
    statement = _found(staff, number)
    carry_out(
        request,
        lambda: statements.check(
            statement_id=statement.pk,
            area=request.POST.get("area", ""),
            lines_hash=request.POST.get("lines_hash", ""),
            by=staff.user,
            day=staff.day,
        ),
        gettext("Signed. The other area sees your signature."),
    )
    return redirect("clearing:desk_statement", number)


@require_POST
@for_staff(CLERK)
def pay(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Say that one's own area has paid."""
    statement = _found(staff, number)
    carry_out(
        request,
        lambda: statements.propose_payment(
            statement_id=statement.pk,
            bank_reference=request.POST.get("bank_reference", ""),
            by=staff.user,
            day=staff.day,
        ),
        gettext("Noted. The other area confirms when the money has come."),
    )
    return redirect("clearing:desk_statement", number)


@require_POST
@for_staff(CLERK)
def received(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Confirm that the other area's money has come."""
    statement = _found(staff, number)
    change = _waiting_payment(statement)
    if change is None:
        raise Http404("no payment waits for its confirmation")
    carry_out(
        request,
        lambda: statements.confirm_payment(change_id=change.pk, by=staff.user, day=staff.day),
        gettext("Confirmed. The statement is paid."),
    )
    return redirect("clearing:desk_statement", number)
