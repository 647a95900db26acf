"""What institutions are owed: a month's statements, one of them, deductions, the bank account."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from clearing import deductions, owed, payments, words
from clearing.exports import FORMATS, Table, handed_out
from clearing.faults import CannotBeDone
from clearing.models import InstitutionStatement
from members.months import first_of, months_after, parse_month
from record import changes
from record.deciding import carry_out
from record.looking import covers, within
from record.models import Change, Role
from record.outcome import Refusal
from record.staffing import Staff, for_staff

CLERK = Role.Kind.FINANCE_CLERK.value
REVIEWER = Role.Kind.REVIEWER.value
READERS = (CLERK, REVIEWER)

#: What a second person decides on the pages of this room.
DECIDED_HERE = (deductions.DEDUCT, payments.INSTITUTION_ACCOUNT, payments.PAYMENT_ACCOUNT)


def _statements(staff: Staff) -> Any:
    return InstitutionStatement.objects.filter(within(("area",), staff.scopes)).select_related(
        "institution"
    )


@require_safe
@for_staff(*READERS)
def month(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show the statements of a month, and draw up those of one that is over."""
    rows = _statements(staff)
    known = list(rows.dates("month", "month", order="DESC"))
    asked = request.GET.get("month", "")
    try:
        shown = (
            parse_month(asked) if asked else (known or [months_after(first_of(staff.day), -1)])[0]
        )
    except ValueError:
        raise Http404("no such month") from None
    of_month = rows.filter(month=shown).order_by("area", "institution__code")
    sums = of_month.aggregate(
        settlements=Sum("settlements"),
        refunds=Sum("refunds"),
        deductions=Sum("deductions"),
        to_pay=Sum("to_pay"),
    )
    form = request.GET.get("format", "")
    if form in FORMATS:
        return handed_out(_table_of_month(of_month), name=f"institutions-{shown:%Y-%m}", form=form)
    context = {
        "month": shown,
        "months": known if shown in known else [shown, *known],
        "rows": of_month,
        "sums": {name: value or Decimal("0.00") for name, value in sums.items()},
        "due": list(owed.months_to_draw_up(staff.day))[:1] if _is_provincial(staff) else [],
        "query": f"month={shown:%Y-%m}",
    }
    return render(request, "desk/clearing_paying.html", context)


def _is_provincial(staff: Staff) -> bool:
    return any(len(scope) == 2 for scope in staff.scopes_as(CLERK))


def _table_of_month(rows: Any) -> Table:
    return Table(
        title=gettext("Institutions"),
        header=[
            gettext("Area"),
            pgettext("of an institution", "Code"),
            gettext("Institution"),
            pgettext("amounts of a statement", "Settlements"),
            gettext("Refunds"),
            gettext("Deductions"),
            gettext("Overdrawn before"),
            gettext("To pay"),
            gettext("State"),
        ],
        rows=[
            [
                f"{one.area} {words.area_name(one.area)}",
                one.institution.code,
                one.institution.name,
                one.settlements,
                one.refunds,
                one.deductions,
                one.carried_in,
                one.to_pay,
                str(one.get_state_display()),
            ]
            for one in rows
        ],
    )


@require_POST
@for_staff(CLERK)
def draw_up(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Draw up the statements of a month."""
    if not _is_provincial(staff):
        raise Http404("drawing up is for clerks of a whole province")
    try:
        wanted = parse_month(request.POST.get("month", ""))
    except ValueError:
        raise Http404("no such month") from None
    carry_out(
        request,
        lambda: owed.draw_up(month=wanted, day=staff.day, actor=staff.actor),
        gettext("Drawn up. The institutions agree by the interface, or on paper."),
    )
    return redirect(f"{reverse('clearing:desk_paying')}?month={wanted:%Y-%m}")


def _found(staff: Staff, number: int) -> InstitutionStatement:
    statement = _statements(staff).filter(pk=number).first()
    if statement is None:
        raise Http404("no statement of these areas")
    found: InstitutionStatement = statement
    return found


@require_safe
@for_staff(*READERS)
def show(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Show an institution's statement with its lines, and what can be done about it."""
    statement = _found(staff, number)
    rows = owed.lines_of(institution_id=statement.institution_id, month=statement.month)
    form = request.GET.get("format", "")
    if form in FORMATS:
        name = f"statement-{statement.institution.code}-{statement.month:%Y-%m}"
        return handed_out(_table(statement, rows), name=name, form=form)
    accounts = payments.account_of_institutions([statement.institution_id])
    is_clerk = staff.may(CLERK, statement.area)
    context = {
        "statement": statement,
        "stands": owed.lines_stand(statement),
        "lines": rows[:200],
        "more": max(0, len(rows) - 200),
        "account": accounts.get(statement.institution_id),
        "waiting": _waiting(statement, staff),
        "is_clerk": is_clerk,
        "may_agree": is_clerk and statement.state in {"drawn_up", "questioned"},
        "payment": getattr(statement, "payment", None),
    }
    return render(request, "desk/clearing_institution.html", context)


def _waiting(statement: InstitutionStatement, staff: Staff) -> list[dict[str, Any]]:
    """Return what waits for a second person about this institution."""
    key = f"institution:{statement.institution_id}"
    rows = Change.objects.filter(
        kind__in=[deductions.DEDUCT, payments.INSTITUTION_ACCOUNT], state=Change.State.WAITING
    ).select_related("proposed_by")
    return [
        {"change": change, "may_decide": may_decide(change, staff)}
        for change in rows
        if change.key == key or change.key.startswith(f"{key}:")
    ]


def may_decide(change: Change, staff: Staff) -> bool:
    """Say whether the reader may decide on a change: not its proposer, and with a role there."""
    return change.proposed_by_id != staff.user.pk and any(
        staff.may(kind, change.area) for kind in READERS
    )


def _table(statement: InstitutionStatement, rows: list[tuple[str, date, str, Decimal]]) -> Table:
    return Table(
        title=statement.institution.name,
        header=[gettext("Day"), gettext("Record"), gettext("Kind"), gettext("Amount")],
        rows=[[day.isoformat(), record, source, amount] for record, day, source, amount in rows],
        notes=[
            f"{statement.institution.code} {statement.institution.name} {statement.month:%Y-%m}",
            f"SHA-256 {statement.lines_hash}",
        ],
    )


@require_POST
@for_staff(CLERK)
def agree(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Note that the institution agreed on paper."""
    statement = _found(staff, number)
    who = request.POST.get("by_name", "").strip()

    def agreed() -> InstitutionStatement | Refusal:
        if not who:
            raise CannotBeDone("name_missing", gettext("Enter who agreed, and on which paper."))
        return owed.agree(
            statement_id=statement.pk,
            lines_hash=request.POST.get("lines_hash", ""),
            by_name=who,
            day=staff.day,
            actor=staff.actor,
        )

    carry_out(request, agreed, gettext("Noted. It can be paid now."))
    return redirect("clearing:desk_institution", number)


@require_POST
@for_staff(CLERK)
def deduct(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Propose a deduction."""
    statement = _found(staff, number)

    def proposed() -> Change | Refusal:
        try:
            amount = Decimal(request.POST.get("amount", "").replace(",", "").strip())
        except InvalidOperation:
            amount = Decimal(0)
        return deductions.propose_deduction(
            institution_id=statement.institution_id,
            amount=amount,
            reason=request.POST.get("reason", ""),
            claim_number=request.POST.get("claim", ""),
            by=staff.user,
            day=staff.day,
        )

    carry_out(request, proposed, gettext("Proposed. A second person decides."))
    return redirect("clearing:desk_institution", number)


@require_POST
@for_staff(CLERK)
def account(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Propose the institution's bank account."""
    statement = _found(staff, number)
    carry_out(
        request,
        lambda: payments.propose_institution_account(
            institution_id=statement.institution_id,
            number=request.POST.get("number", ""),
            holder=request.POST.get("holder", ""),
            bank=request.POST.get("bank", ""),
            evidence=request.POST.get("evidence", ""),
            by=staff.user,
            day=staff.day,
        ),
        gettext("Proposed. A second person decides."),
    )
    return redirect("clearing:desk_institution", number)


@require_POST
@for_staff(*READERS)
def decide(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Approve or refuse a deduction or a bank account, and go back to where it was decided."""
    change = Change.objects.filter(
        pk=number, kind__in=DECIDED_HERE, state=Change.State.WAITING
    ).first()
    if change is None or not covers(staff.scopes, change.area):
        raise Http404("nothing of these areas waits for a decision")
    note = request.POST.get("note", "")

    def decided() -> Change | Refusal:
        if "refuse" in request.POST:
            return changes.refuse_change(
                change_id=change.pk, by=staff.user, day=staff.day, note=note
            )
        return changes.approve(change_id=change.pk, by=staff.user, day=staff.day, note=note)

    carry_out(request, decided, gettext("Decided."))
    if change.kind == payments.PAYMENT_ACCOUNT:
        return redirect("clearing:desk_bank")
    statement = request.POST.get("statement", "")
    if statement.isdigit():
        return redirect("clearing:desk_institution", int(statement))
    return redirect("clearing:desk_paying")
