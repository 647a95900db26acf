"""Bank files: what is to be ordered, each file's release, and the bank's returns."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.run_queries import run_for
from clearing import bankfiles, payments, returns, runfiles
from clearing.bankfiles import Made
from clearing.exports import as_attachment
from clearing.faults import BadFile, CannotBeDone
from clearing.models import Payment, PaymentFile
from clearing.runfiles import RunFiles
from record import changes
from record.deciding import carry_out
from record.looking import within
from record.models import Change
from record.sheets import UnreadableRoll
from record.staffing import Staff, for_staff

from .paying import CLERK, READERS, may_decide

BAD_ROWS_SHOWN = 50


@require_safe
@for_staff(*READERS)
def overview(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show what is to be ordered, files by state, and what has no account or came back."""
    waiting = (
        payments.payments_in(staff.scopes)
        .filter(state__in=["waiting", "failed"])
        .order_by()
        .values("area", "kind")
        .annotate(number=Count("pk"), amount=Sum("amount"))
        .order_by("area", "kind")
    )
    labels = dict(Payment.Kind.choices)
    troubled = _troubled(staff)
    homeless = Counter(
        (row["payment"].area, row["payment"].kind) for row in troubled if not row["tail"]
    )
    context = {
        "waiting": [
            {
                **row,
                "label": labels[row["kind"]],
                "without": (without := homeless[row["area"], row["kind"]]),
                "may_make": row["number"] > without and staff.may(CLERK, row["area"]),
            }
            for row in waiting
        ],
        "runs": [
            {"run": run, "may": staff.may(CLERK, run.area)}
            for run in runfiles.runs_to_order(staff.scopes, staff.day)
        ],
        "files": bankfiles.files_in(staff.scopes).select_related("made_by")[:30],
        "troubled": troubled,
        "is_clerk": bool(staff.scopes_as(CLERK)),
    }
    return render(request, "desk/clearing_bank.html", context)


def _troubled(staff: Staff) -> list[dict[str, Any]]:
    """Return the payments that came back or have no account, with what waits about each."""
    rows = list(
        payments.payments_in(staff.scopes)
        .filter(state__in=["waiting", "failed"])
        .select_related(
            "statement",
            "order__credit__person",
            "order__adjustment__person",
            "paper_bill__person",
            "payout",
        )[:200]
    )
    where = payments.destinations(rows)
    changes_ = {
        change.key: change
        for change in Change.objects.filter(
            kind=payments.PAYMENT_ACCOUNT, state=Change.State.WAITING
        ).filter(within(("area",), staff.scopes))
    }
    return [
        {
            "payment": payment,
            "tail": where[payment.pk].tail if payment.pk in where else "",
            "change": (change := changes_.get(f"payment:{payment.pk}")),
            "may_decide": change is not None and may_decide(change, staff),
            "person": payments.person_paid(payment),
            "own_account": payment.kind in {"payout", "held"},
            "may_propose": change is None and staff.may(CLERK, payment.area),
        }
        for payment in rows
        if payment.state == "failed" or payment.pk not in where
    ]


@require_POST
@for_staff(CLERK)
def gather(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Make payments of the payouts and released money that have none yet."""
    carry_out(
        request,
        lambda: payments.gather(day=staff.day, actor=staff.actor),
        gettext("Payouts, paper bills and released money are gathered."),
    )
    return redirect("clearing:desk_bank")


@require_POST
@for_staff(CLERK)
def make(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Make a file of what an area has to order of a kind."""
    made: list[Made] = []
    area, kind = request.POST.get("area", ""), request.POST.get("kind", "")
    if kind not in Payment.Kind.values or not staff.may(CLERK, area):
        raise Http404("no such payments of these areas")

    def make_one() -> object:
        outcome = bankfiles.make_file(area=area, kind=kind, by=staff.user, day=staff.day)
        if isinstance(outcome, Made):
            made.append(outcome)
        return outcome

    carry_out(request, make_one, gettext("The file is made. A second person releases it."))
    if made:
        return redirect("clearing:desk_bank_file", made[0].file.pk)
    return redirect("clearing:desk_bank")


@require_POST
@for_staff(CLERK)
def make_of_run(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Make a file of what a run that disburses has not ordered yet."""
    run = run_for(staff.scopes_as(CLERK), number)
    made: list[RunFiles] = []

    def make_one() -> object:
        outcome = runfiles.make_run_files(run_id=run.pk, by=staff.user, day=staff.day)
        if isinstance(outcome, RunFiles):
            made.append(outcome)
        return outcome

    carry_out(request, make_one, gettext("The file is made. A second person releases it."))
    if not made:
        return redirect("accounts:desk_run", number)
    if left := made[0].without_account:
        words = gettext("%(number)s amounts could not be ordered: their list is with the run.")
        messages.warning(request, words % {"number": left})
    return redirect("clearing:desk_bank_file", made[0].files[-1].pk)


def _found(staff: Staff, number: int) -> PaymentFile:
    file = bankfiles.files_in(staff.scopes).select_related("made_by", "released_by")
    found = file.filter(pk=number).first()
    if found is None:
        raise Http404("no file of these areas")
    return found


class ReturnForm(forms.Form):
    """The bank's return."""

    file = forms.FileField(
        label=gettext_lazy("The bank's return"),
        help_text=gettext_lazy("CSV or XLSX, as in the template"),
    )


@require_safe
@for_staff(*READERS)
def show(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Show a file: its orders, who made and released it, what the bank said."""
    return _page(request, staff, _found(staff, number), ReturnForm())


def _page(
    request: HttpRequest,
    staff: Staff,
    file: PaymentFile,
    form: forms.Form,
    bad_rows: list[Any] | None = None,
) -> HttpResponse:
    change = bankfiles.waiting_release(file)
    sums = {
        outcome: (number, amount or Decimal("0.00"))
        for outcome, number, amount in file.lines.order_by()
        .values_list("outcome")
        .annotate(number=Count("pk"), amount=Sum("payment__amount"))
    }
    nil = (0, Decimal("0.00"))
    is_clerk = staff.may(CLERK, file.area)
    context = {
        "file": file,
        "lines": file.lines.select_related("payment")[:200],
        "more": max(0, file.orders - 200),
        "paid": sums.get("paid", nil),
        "failed": sums.get("failed", nil),
        "open": sums.get("", nil),
        "may_release": change is not None and may_decide(change, staff),
        "may_drop": change is not None
        and (file.made_by_id == staff.user.pk or may_decide(change, staff)),
        "may_take": is_clerk and file.state in {"released", "returned"},
        "returns": file.returns.select_related("by"),
        "form": form if is_clerk and file.state == "released" else None,
        "bad_rows": bad_rows,
    }
    status = 400 if form.errors else 200
    return render(request, "desk/clearing_bank_file.html", context, status=status)


@require_POST
@for_staff(*READERS)
def release(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Release a file to the bank."""
    file = _found(staff, number)
    change = bankfiles.waiting_release(file)
    if change is None:
        raise Http404("no release waits")
    carry_out(
        request,
        lambda: changes.approve(change_id=change.pk, by=staff.user, day=staff.day),
        gettext("Released. The file can be handed to the bank."),
    )
    return redirect("clearing:desk_bank_file", number)


@require_POST
@for_staff(*READERS)
def drop(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Drop a file that was not released."""
    file = _found(staff, number)
    carry_out(
        request,
        lambda: bankfiles.drop_file(
            file_id=file.pk, by=staff.user, day=staff.day, note=request.POST.get("note", "")
        ),
        gettext("Dropped. Its payments wait to be ordered again."),
    )
    return redirect("clearing:desk_bank_file", number)


@require_POST
@for_staff(CLERK)
def take(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Hand a released file out."""
    file = _found(staff, number)
    try:
        content = bankfiles.handed_out(file=file, actor=staff.actor)
    except CannotBeDone:
        raise Http404("the file is not released") from None
    return as_attachment(content, name=f"{file.number}.csv", kind="text/csv; charset=utf-8")


@require_safe
@for_staff(*READERS)
def return_template(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Hand out an empty return for a file."""
    file = _found(staff, number)
    return as_attachment(
        "\ufeff" + returns.template_csv(file),
        name=f"return-{file.number}.csv",
        kind="text/csv; charset=utf-8",
    )


@require_POST
@for_staff(CLERK)
def read_return(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Read the bank's return, whole or not at all."""
    file = _found(staff, number)
    form = ReturnForm(request.POST, request.FILES)
    bad_rows: list[Any] = []
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            answers, sha256 = returns.read_return(upload.file, name=upload.name, file=file)
            returns.take_in(
                file_id=file.pk,
                answers=answers,
                sha256=sha256,
                name=upload.name,
                day=staff.day,
                actor=staff.actor,
            )
        except UnreadableRoll as error:
            form.add_error("file", str(error))
        except BadFile as error:
            form.add_error("file", " ".join(error.problems))
            bad_rows = [row.cells() for row in error.rows[:BAD_ROWS_SHOWN]]
        else:
            return redirect("clearing:desk_bank_file", number)
    return _page(request, staff, file, form, bad_rows)


@require_POST
@for_staff(CLERK)
def payment_account(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Propose the account of a payee of a payout or of held money."""
    if not payments.payments_in(staff.scopes).filter(pk=number).exists():
        raise Http404("no such payment of these areas")
    carry_out(
        request,
        lambda: payments.propose_payment_account(
            payment_id=number,
            number=request.POST.get("number", ""),
            evidence=request.POST.get("evidence", ""),
            by=staff.user,
            day=staff.day,
        ),
        gettext("Proposed. A second person decides."),
    )
    return redirect("clearing:desk_bank")
