"""Paper bills, the member's side: hand one in with photos, see what became of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from members import queries as members
from members.gate import for_members
from members.looking import mask_account
from members.models import Person
from members.residence_words import area_name
from policy.queries import current_book
from policy.words import words_for
from record import papers
from record.forms import posted
from record.operations import Actor
from record.outcome import Refusal
from record.paper_forms import kept_as_draft
from record.papers import papers_of

from . import paper_bills
from .explain import explain_steps
from .models import Institution, PaperBill
from .paper_bills import Written
from .paper_forms import MemberBillForm
from .paper_words import TAGS, course_of

_KEY = "paper_bill"


@require_safe
@for_members
def overview(request: HttpRequest, person: Person) -> HttpResponse:
    """List one's own paper bills."""
    today = timezone.localdate()
    rows = PaperBill.objects.filter(person=person).select_related("claim").order_by("-pk")
    context = {
        "rows": [(row, TAGS[row.state]) for row in rows],
        "account": mask_account(person.bank_account_sealed),
        "may_send": _may_send(person, today),
    }
    return render(request, "claims/bills.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def new(request: HttpRequest, person: Person) -> HttpResponse:
    """Write a bill down and add its papers."""
    if not _may_send(person, timezone.localdate()):
        return redirect("claims:bills")
    draft = f"bill:{person.pk}"
    there = papers.drafts(draft)
    posted = request.method == "POST"
    form = MemberBillForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        initial=request.session.get(_KEY),
        has_papers=there.exists(),
    )
    if posted:
        is_good = form.is_valid()
        # What was good is kept even where another field is wrong: nobody takes a photo twice.
        if _keep(request, form, draft, person) and is_good:
            request.session[_KEY] = _kept(form)
            return redirect("claims:bill_review")
    context = {"form": form, "papers": papers.drafts(draft)}
    status = 400 if form.errors else 200
    return render(request, "claims/bill_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def review(request: HttpRequest, person: Person) -> HttpResponse:
    """Show everything once more, then hand it in."""
    kept = request.session.get(_KEY)
    if kept is None:
        return redirect("claims:bill_new")
    draft = f"bill:{person.pk}"
    written = _read(kept)
    if request.method == "POST":
        sent = paper_bills.hand_in_bill(
            person_id=person.pk,
            written=written,
            note=kept["note"],
            draft=draft,
            day=timezone.localdate(),
            actor=_actor(request),
        )
        if isinstance(sent, PaperBill):
            del request.session[_KEY]
            text = gettext("Handed in under the number %(number)s.") % {"number": sent.number}
            messages.success(request, text)
            return redirect("claims:bill", bill_id=sent.pk)
        messages.error(request, str(words_for(sent)))
    context = {
        "written": written,
        "category": PaperBill.Category(written.category).label,
        "note": kept["note"],
        "papers": papers.drafts(draft),
        "account": mask_account(person.bank_account_sealed),
    }
    return render(request, "claims/bill_review.html", context)


@require_safe
@for_members
def bill(request: HttpRequest, person: Person, bill_id: int) -> HttpResponse:
    """Show one bill: how far it is, and its decision step by step."""
    row = get_object_or_404(PaperBill.objects.select_related("claim"), pk=bill_id, person=person)
    book = current_book()
    area = members.present_area(person.pk)
    claim = row.claim
    explanation = None
    if claim is not None:
        explanation = explain_steps(
            claim.decision["steps"],
            paid=[],
            cash=claim.cash,
            paper=True,
            documents=book.documents,
            payer_order=book.rules(claim.area, claim.settled_on).payer_order.source,
        )
    context = {
        "row": row,
        "tag": TAGS[row.state],
        "claim": claim,
        "explanation": explanation,
        "course": course_of(row, list(row.steps.all()), person=person, home=area_name(book, area)),
        "papers": papers_of(paper_bills.PAPERS, row.pk),
        "is_open": row.state in paper_bills.OPEN,
        "account": mask_account(person.bank_account_sealed),
    }
    return render(request, "claims/bill.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def correct(request: HttpRequest, person: Person, bill_id: int) -> HttpResponse:
    """Add what was asked for, or correct what was written."""
    row = _open_bill(person, bill_id)
    draft = f"bill-correction:{row.pk}"
    form = MemberBillForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        initial={
            "institution": row.institution_name,
            "service_date": row.service_date,
            "category": row.category,
            "bill_number": row.bill_number,
            "total": row.total,
        },
        has_papers=True,
    )
    if request.method == "POST" and form.is_valid() and _keep(request, form, draft, person):
        done = paper_bills.correct_bill(
            bill_id=row.pk,
            written=form.written(),
            note=form.cleaned_data["note"],
            draft=draft,
            day=timezone.localdate(),
            actor=_actor(request),
        )
        if isinstance(done, PaperBill):
            messages.success(request, gettext("Sent. You keep your place in the queue."))
            return redirect("claims:bill", bill_id=row.pk)
        form.add_error(None, str(words_for(done)))
    context = {"form": form, "row": row, "papers": papers_of(paper_bills.PAPERS, row.pk)}
    status = 400 if form.errors else 200
    return render(request, "claims/bill_correct.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def withdraw(request: HttpRequest, person: Person, bill_id: int) -> HttpResponse:
    """Ask once more, then take a bill back."""
    row = _open_bill(person, bill_id)
    if request.method == "POST":
        done = paper_bills.withdraw_bill(
            bill_id=row.pk, day=timezone.localdate(), actor=_actor(request)
        )
        if isinstance(done, Refusal):
            messages.error(request, str(words_for(done)))
        else:
            messages.success(request, gettext("Taken back. You can hand it in again."))
        return redirect("claims:bill", bill_id=row.pk)
    return render(request, "claims/bill_withdraw.html", {"row": row})


def _open_bill(person: Person, bill_id: int) -> PaperBill:
    return get_object_or_404(PaperBill, pk=bill_id, person=person, state__in=paper_bills.OPEN)


def _may_send(person: Person, today: date) -> bool:
    """Say whether bills are taken from this person at all."""
    place = members.enrolment_on(person.pk, today)
    if place is None or members.has_left(person, today):
        return False
    return current_book().rules(place.area, today).paper_bill_accepted.value


def _keep(request: HttpRequest, form: MemberBillForm, draft: str, person: Person) -> bool:
    return kept_as_draft(
        form,
        draft=draft,
        subject_id=person.pk,
        actor=_actor(request),
        told=gettext("There are as many papers as there may be. Call us."),
    )


def _kept(form: MemberBillForm) -> dict[str, Any]:
    given = form.cleaned_data
    return {
        "institution": given["institution"],
        "service_date": given["service_date"].isoformat(),
        "category": given["category"],
        "bill_number": given["bill_number"],
        "total": str(given["total"]),
        "note": given["note"],
        "known": getattr(form.written().institution, "pk", None),
    }


def _read(kept: dict[str, Any]) -> Written:
    known = Institution.objects.filter(pk=kept["known"]).first() if kept["known"] else None
    return Written(
        institution_name=known.name if known else kept["institution"],
        category=kept["category"],
        service_date=date.fromisoformat(kept["service_date"]),
        bill_number=kept["bill_number"],
        total=Decimal(kept["total"]),
        institution=known,
    )


def _actor(request: HttpRequest) -> Actor:
    return Actor.of(request.user)
