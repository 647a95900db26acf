"""Paper bills, the staff's side: the queue, the lines, the decision before it is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims import paper_bills
from claims.bill import InvalidBill
from claims.engine.decision import Decision
from claims.explain import Explained, explain_steps
from claims.looking import UnknownInstitution
from claims.models import Institution, PaperBill
from claims.paper_forms import (
    CheckForm,
    DecideBillForm,
    LineForms,
    StaffBillForm,
    initial_of,
)
from claims.paper_words import TAGS, course_of
from claims.reasons import REASONS
from members.identity import index_of, mask_id_number, unseal
from members.looking import insured_in, mask_account
from members.models import Person
from members.residence_words import area_name
from policy.book import Book
from policy.queries import current_book
from policy.words import words_for
from record import changes, papers
from record.deciding import carry_out
from record.looks import look
from record.models import Change, Role
from record.outcome import Refusal
from record.paper_forms import kept_as_draft
from record.papers import papers_of
from record.staffing import Staff, for_staff

OFFICERS = (Role.Kind.CASE_OFFICER.value, Role.Kind.REVIEWER.value)
ON_A_PAGE = 30
STATES = {"": (PaperBill.State.SENT,), "all": tuple(PaperBill.State)} | {
    state.value: (state,) for state in PaperBill.State
}


def of_staff(staff: Staff, scopes: frozenset[str] | None = None) -> QuerySet[PaperBill]:
    """Return the bills of people of these areas; nobody meets their own at work."""
    found = PaperBill.objects.filter(insured_in("person_id", scopes or staff.scopes))
    return found.exclude(person__user=staff.user.pk).select_related("person", "institution")


def latest_late_day(day: date) -> date:
    """Return the day on which, or before which, a bill must have come to be late."""
    return day - timedelta(days=settings.PAPER_BILL_ANSWER_DAYS)


@require_safe
@for_staff(*OFFICERS)
def queue(request: HttpRequest, staff: Staff) -> HttpResponse:
    """List what waits, the oldest first, or what has another state."""
    state = request.GET.get("state", "")
    rows = of_staff(staff).filter(state__in=STATES.get(state, STATES[""]))
    page = Paginator(rows.order_by("applied_on", "pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    late = latest_late_day(staff.day)
    context = {
        "page": page,
        "rows": [
            {
                "row": row,
                "tag": TAGS[row.state],
                "is_open": row.state in paper_bills.OPEN,
                "is_late": row.state == PaperBill.State.SENT and row.applied_on <= late,
            }
            for row in page
        ],
        "state": state,
        "states": [
            ("", gettext("waits for us")),
            *[(s.value, s.label) for s in PaperBill.State if s != PaperBill.State.SENT],
            ("all", gettext("all")),
        ],
        "query": f"state={state}" if state in STATES else "",
    }
    return render(request, "desk/claims_bills.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*OFFICERS)
def enter(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Write down a bill that somebody brings to a counter."""
    draft = f"desk-bill:{staff.user.pk}"
    posted = request.method == "POST"
    form = StaffBillForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        has_papers=papers.drafts(draft).exists(),
    )
    if posted and _keep(staff, form, draft):
        person = _person(staff, form.cleaned_data["person"])
        if person is None:
            form.add_error("person", gettext("Nobody with this number is in your areas."))
        else:
            sent = paper_bills.hand_in_bill(
                person_id=person.pk,
                written=form.written(),
                note=form.cleaned_data["note"],
                draft=draft,
                day=staff.day,
                actor=staff.actor,
            )
            if isinstance(sent, PaperBill):
                text = gettext("Taken in under the number %(number)s.") % {"number": sent.number}
                messages.success(request, text)
                return redirect("claims:desk_bill", bill_id=sent.pk)
            form.add_error(None, str(words_for(sent)))
    context = {"form": form, "papers": papers.drafts(draft)}
    status = 400 if form.errors else 200
    return render(request, "desk/claims_bill_enter.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*OFFICERS)
def bill(request: HttpRequest, staff: Staff, bill_id: int) -> HttpResponse:
    """Show a bill beside its papers; save what was read off it; decide."""
    row = _bill(staff, bill_id)
    seen = row.steps.count()
    saving = request.method == "POST" and "save" in request.POST
    deciding = request.method == "POST" and not saving
    check = CheckForm(request.POST if saving else None, initial=_initial(row) | {"seen": seen})
    lines = LineForms(
        request.POST if saving else None,
        prefix="line",
        initial=[initial_of(line) for line in paper_bills.lines_of_bill(row)],
    )
    form = DecideBillForm(request.POST if deciding else None, initial={"seen": seen})
    if saving and _save(request, staff, row, check, lines):
        return redirect("claims:desk_bill", bill_id=row.pk)
    if deciding and form.is_valid() and _decide(request, staff, row, form):
        return redirect("claims:desk_bill", bill_id=row.pk)
    if request.method == "GET":
        _record_look(staff, row)
    context = _context(staff, row) | {"check": check, "lines": lines, "form": form, "seen": seen}
    misread = bool(check.errors or (saving and not lines.is_valid()))
    wrong = misread or bool(form.errors)
    # Once it is worked out, what was read off is folded, unless something of it is to be corrected.
    context["is_read"] = bool(context["decision"]) and not misread
    status = 400 if wrong else 200
    return render(request, "desk/claims_bill.html", context, status=status)


@require_POST
@for_staff(Role.Kind.REVIEWER.value)
def review(request: HttpRequest, staff: Staff, bill_id: int) -> HttpResponse:
    """Decide as the second person on a bill above the limit."""
    row = _bill(staff, bill_id)
    change = _waiting(row)
    note = request.POST.get("note", "").strip()[:400]
    if change is None:
        messages.error(request, gettext("Nothing waits here any more."))
    elif "approve" in request.POST:
        carry_out(
            request,
            lambda: changes.approve(change_id=change.pk, by=staff.user, day=staff.day),
            gettext("Approved. The money goes to the bank account."),
        )
    elif not note:
        messages.error(request, gettext("Write why it is refused."))
    else:
        carry_out(
            request,
            lambda: changes.refuse_change(
                change_id=change.pk, by=staff.user, day=staff.day, note=note
            ),
            gettext("Refused. Everything is as it was; the bill still waits."),
        )
    return redirect("claims:desk_bill", bill_id=row.pk)


def _context(staff: Staff, row: PaperBill) -> dict[str, Any]:
    book = current_book()
    area = paper_bills.area_of_bill(str(row.pk))
    decision, refusal = _decision(row, staff.day)
    waiting = _waiting(row)
    limit = book.rules(area, staff.day).paper_bill_alone_up_to
    return {
        "row": row,
        "tag": TAGS[row.state],
        "area": area_name(book, area),
        "id_number": mask_id_number(unseal(row.person.id_number_sealed)),
        "account": mask_account(row.person.bank_account_sealed),
        "papers": list(papers_of(paper_bills.PAPERS, row.pk)),
        "decision": decision,
        "reasons": [REASONS[reason.code] for reason in decision.reasons] if decision else [],
        "refusal": words_for(refusal) if refusal else None,
        "steps": _steps(decision, book, area, staff.day) if decision else (),
        "needs_two": decision is not None and decision.pool > limit.value,
        "limit": limit.value,
        "course": course_of(
            row,
            list(row.steps.all()),
            person=row.person,
            home=area_name(book, area),
            for_member=False,
        ),
        "is_open": row.state in paper_bills.OPEN,
        "waiting": waiting,
        "may_decide": bool(staff.scopes_as(*OFFICERS)),
        "may_review": waiting is not None
        and staff.may(Role.Kind.REVIEWER.value, area)
        and waiting.proposed_by_id != staff.user.pk,
    }


def _steps(decision: Decision, book: Book, area: str, day: date) -> tuple[Explained, ...]:
    """Return the steps of a decision in words, of which the last speaks of the member to staff."""
    *steps, last = explain_steps(
        [step.as_json() for step in decision.steps],
        paid=[],
        cash=decision.gross - decision.pool,
        paper=True,
        documents=book.documents,
        payer_order=book.rules(area, day).payer_order.source,
    ).steps
    title = gettext("A bill on paper: the member has paid it, the fund's share goes to their bank")
    return (*steps, replace(last, title=title))


def _decision(row: PaperBill, day: date) -> tuple[Decision | None, Refusal | None]:
    """Return what the law would say today; neither while the bill is not complete or decided."""
    if row.state not in paper_bills.OPEN or row.institution is None or not row.lines:
        return None, None
    try:
        answer = paper_bills.preview(bill_id=row.pk, day=day)
    except UnknownInstitution:
        return None, Refusal("institution_not_in_register")
    if isinstance(answer, Refusal):
        return None, answer
    return answer, None


def _save(request: HttpRequest, staff: Staff, row: PaperBill, check: CheckForm, lines: Any) -> bool:
    if not (check.is_valid() and lines.is_valid()):
        return False
    filled = [form for form in lines if form.has_changed() and form.cleaned_data]
    if not filled:
        check.add_error(None, gettext("Enter at least one line."))
        return False
    written = check.written()
    institution = Institution.objects.get(code=check.cleaned_data["institution"])
    try:
        return carry_out(
            request,
            lambda: paper_bills.complete_bill(
                bill_id=row.pk,
                institution=institution,
                written=written,
                lines=tuple(form.line() for form in filled),
                seen=check.cleaned_data["seen"],
                day=staff.day,
                actor=staff.actor,
            ),
            gettext("Kept. Below you see what it comes to."),
        )
    except InvalidBill as wrong:
        for problem in wrong.problems:
            check.add_error(None, problem)
        return False


def _decide(request: HttpRequest, staff: Staff, row: PaperBill, form: DecideBillForm) -> bool:
    given = form.cleaned_data
    told: dict[str, Any] = {
        "bill_id": row.pk,
        "note": given["note"],
        "seen": given["seen"],
        "day": staff.day,
    }
    if given["action"] == "ask":
        return carry_out(
            request,
            lambda: paper_bills.ask_about_bill(actor=staff.actor, **told),
            gettext("Asked. The member gets a message, and keeps the place in the queue."),
        )
    if given["action"] == "refuse":
        return carry_out(
            request,
            lambda: paper_bills.refuse_bill(actor=staff.actor, **told),
            gettext("Refused. The member reads the reason."),
        )
    decision, _ = _decision(row, staff.day)
    area = paper_bills.area_of_bill(str(row.pk))
    limit = current_book().rules(area, staff.day).paper_bill_alone_up_to.value
    if decision is not None and decision.pool > limit:
        pool: Decimal = decision.pool
        return carry_out(
            request,
            lambda: paper_bills.propose_bill(pool=pool, by=staff.user, **told),
            gettext("Proposed. It waits for a reviewer, because of its amount."),
        )
    return carry_out(
        request,
        lambda: paper_bills.approve_bill(actor=staff.actor, **told),
        gettext("Approved. The money goes to the bank account."),
    )


def _bill(staff: Staff, bill_id: int) -> PaperBill:
    row = of_staff(staff).select_related("claim").filter(pk=bill_id).first()
    if row is None:
        raise Http404("no such bill in these areas")
    return row


def _initial(row: PaperBill) -> dict[str, Any]:
    return {
        "institution": row.institution.code if row.institution else row.institution_name,
        "service_date": row.service_date,
        "category": row.category,
        "bill_number": row.bill_number,
    }


def _waiting(row: PaperBill) -> Change | None:
    return (
        Change.objects.filter(
            kind=paper_bills.LARGE,
            key=paper_bills.key_of(row.pk),
            state=Change.State.WAITING,
        )
        .select_related("proposed_by")
        .first()
    )


def _person(staff: Staff, text: str) -> Person | None:
    plain = "".join(text.split()).upper()
    found = Person.objects.filter(insured_in("pk", staff.scopes)).exclude(user=staff.user.pk)
    by_number = found.filter(number=plain).first()
    return by_number or found.filter(id_number_index=index_of(plain)).first()


def _keep(staff: Staff, form: StaffBillForm, draft: str) -> bool:
    is_good = form.is_valid()
    has_room = kept_as_draft(
        form,
        draft=draft,
        subject_id=None,
        actor=staff.actor,
        told=gettext("There are as many papers as there may be."),
    )
    return is_good and has_room


def _record_look(staff: Staff, row: PaperBill) -> None:
    look(
        actor=staff.actor,
        day=staff.day,
        area=paper_bills.area_of_bill(str(row.pk)),
        subject_id=row.person_id,
        record=f"paper_bill:{row.pk}",
        purpose=gettext("to work on the paper bill %(number)s") % {"number": row.number},
    )
