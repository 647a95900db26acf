"""The pages of changes: the queue, one of them, and proposing one about a person."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk.people import opening
from desk.people.page import waiting_about
from members.bank_accounts import whole_numbers
from members.paper_pages import LOOKERS as PAPER_LOOKERS
from policy.saying import place_words
from record import changes, papers
from record.change_words import abouts_of, facts_of, title_of
from record.deciding import carry_out, refusal_words
from record.forms import posted
from record.looks import ACCOUNT, unmask
from record.models import Change, Role
from record.outcome import Refusal
from record.paging import query_but_page
from record.paper_forms import kept_as_draft
from record.staffing import AUDITOR, Staff, for_staff

from . import queries
from .forms import Reasoned
from .proposing import (
    CHANGE_PAPERS,
    DEATH,
    PROPOSALS,
    Asked,
    Impossible,
    Proposal,
    carry,
    draft_of,
    offered,
)

PAGE = 30
#: Who proposes something about a person.
PROPOSERS = (Role.Kind.CASE_OFFICER.value, Role.Kind.FINANCE_CLERK.value)


class FilterForm(django_forms.Form):
    """Which changes are shown."""

    state = django_forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("waiting for a second person")),
            ("mine", gettext_lazy("for me to decide")),
            ("own", gettext_lazy("proposed by me")),
            ("decided", gettext_lazy("decided")),
        ],
    )
    kind = django_forms.ChoiceField(label=gettext_lazy("Kind"), required=False)

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, django_forms.ChoiceField), "it is declared above"
        field.choices = [("", gettext("all")), *((kind, title_of(kind)) for kind in kinds)]


@require_safe
@for_staff()
def change_list(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show what waits for a second person, oldest first, and what was decided."""
    form = FilterForm(request.GET, kinds=queries.kinds_for(staff))
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = queries.changes_for(staff)
    match chosen.get("state"):
        case "mine":
            rows = rows.filter(pk__in=queries.decidable(staff).values("pk"))
        case "own":
            rows = rows.filter(proposed_by_id=staff.user.pk).order_by("-pk")
        case "decided":
            rows = rows.exclude(state=Change.State.WAITING).order_by("-pk")
        case _:
            rows = rows.filter(state=Change.State.WAITING)
    if chosen.get("kind"):
        rows = rows.filter(kind=chosen["kind"])
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    rows_shown = list(page.object_list)
    abouts = abouts_of(rows_shown)
    ids = [one.pk for one in rows_shown]
    mine = set(queries.decidable(staff).filter(pk__in=ids).values_list("pk", flat=True))
    context = {
        "page": page,
        "rows": [(one, abouts.get(one.pk), one.pk in mine) for one in rows_shown],
        "form": form,
        "query": query_but_page(request),
    }
    return render(request, "desk/changes.html", context)


@require_safe
@for_staff()
def change(request: HttpRequest, staff: Staff, change_id: int) -> HttpResponse:
    """Show what a change would do, and who may decide it. Whom it concerns can see who looked."""
    found = queries.change_for(staff, change_id)
    if found.subject and not opening.is_open(request, staff=staff, person=found.subject):
        opening.open_record(
            request,
            staff=staff,
            person=found.subject,
            purpose=gettext("a change that needs two persons, no. %(number)s")
            % {"number": found.pk},
        )
    return _page(request, staff, found)


def _page(
    request: HttpRequest, staff: Staff, found: Change, numbers: list[tuple[str, str]] | None = None
) -> HttpResponse:
    may = queries.may(staff, found)
    return render(
        request,
        "desk/change.html",
        {
            "numbers": numbers,
            "change": found,
            "title": title_of(found.kind),
            "facts": facts_of(found),
            "about": None if found.subject else abouts_of([found]).get(found.pk),
            "where": place_words(found.area),
            "may": may,
            "papers": papers.papers_of(CHANGE_PAPERS, found.pk),
            "may_open_papers": staff.is_any(*PAPER_LOOKERS, AUDITOR),
            "deciders": [label for kind, label in Role.Kind.choices if kind in may.deciders],
        },
    )


@require_POST
@for_staff()
def accounts(request: HttpRequest, staff: Staff, change_id: int) -> HttpResponse:
    """Show who decides the account numbers of a change whole, once; that they looked is kept."""
    found = queries.change_for(staff, change_id)
    if not queries.may(staff, found).compare:
        raise Http404("who does not decide this compares nothing")
    with translation.override(settings.LANGUAGE_CODE):
        reason = gettext("bank account compared with its paper, change no. %(number)s")
    unmask(
        actor=staff.actor,
        subject_id=found.subject_id,
        record=f"change:{found.pk}",
        reason=reason % {"number": found.pk},
        area=found.area,
        verb=ACCOUNT,
    )
    holder = found.subject.name if found.subject else gettext("Account")
    numbers = whole_numbers(found.payload, holder=holder)
    return _page(request, staff, found, numbers=numbers)


@require_POST
@for_staff()
def decide(request: HttpRequest, staff: Staff, change_id: int) -> HttpResponse:
    """Approve, refuse, withdraw or take over. Whatever is refused leaves everything as it was."""
    found = queries.change_for(staff, change_id)
    back = redirect("desk:change", found.pk)
    verb, note = request.POST.get("verb"), request.POST.get("note", "").strip()[:2000]
    if verb == "refuse" and not note:
        messages.error(request, gettext("Say why you refuse it: the proposer reads it."))
        return back
    who: dict[str, Any] = {"change_id": found.pk, "by": staff.user, "day": staff.day}
    match verb:
        case "approve":
            do = partial(changes.approve, **who, note=note)
            carry_out(request, do, gettext("Approved and carried out."))
        case "refuse":
            do = partial(changes.refuse_change, **who, note=note)
            carry_out(request, do, gettext("Refused. The proposer is told why."))
        case "withdraw":
            do = partial(changes.withdraw, **who)
            carry_out(request, do, gettext("Taken back."))
        case "take_over":
            do = partial(changes.take_over, **who)
            if carry_out(request, do, gettext("It is yours now, and waits for a second person.")):
                return redirect("desk:changes")
    return back


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*PROPOSERS)
def propose(request: HttpRequest, staff: Staff, number: str, what: str) -> HttpResponse:
    """Propose a change about a person; a reported death is carried out at once."""
    person = opening.person_for(staff, number)
    proposal = PROPOSALS.get(what)
    area = opening.area_of(person)
    if proposal is None or not proposal.fits(person):
        raise Http404("no such proposal about this person")
    if not opening.is_open(request, staff=staff, person=person):
        address = f"{reverse('desk:person_purpose', args=[number])}?next={request.path}"
        return redirect(address)
    may = proposal in offered(person, area, staff)
    if request.method == "POST" and not may:
        raise Http404("no role for this proposal here")
    form = proposal.form(
        posted(request),
        request.FILES if request.method == "POST" else None,
        person=person,
        today=staff.day,
    )
    if request.method == "POST" and _keep(form, staff):
        answer = _carried(request, proposal, form, staff)
        if answer is not None:
            return answer
    waiting = [one for one in waiting_about(person) if one.kind == proposal.kind]
    context = {
        "person": person,
        "proposal": proposal,
        "form": form,
        "may": may,
        "waiting": waiting,
        "is_at_once": proposal.kind == DEATH,
        "kept": papers.drafts(draft_of(form, staff)),
    }
    status = 400 if form.errors else 200
    return render(request, "desk/change_propose.html", context, status=status)


def _keep(form: Reasoned, staff: Staff) -> bool:
    """Keep the papers that came with a form, whatever else is wrong with it. Says if it is good."""
    is_good = form.is_valid()
    has_room = kept_as_draft(
        form,
        draft=draft_of(form, staff),
        subject_id=None,
        actor=staff.actor,
        told=gettext("There are as many papers as there may be."),
    )
    return is_good and has_room


def _carried(
    request: HttpRequest, proposal: Proposal, form: Reasoned, staff: Staff
) -> HttpResponse | None:
    """Carry a proposal to its operation; where it says no, put that on the form."""
    person = form.person
    try:
        done = carry(proposal, Asked(form, person, opening.area_of(person), staff))
    except Impossible as error:
        form.add_error(None, str(error))
        return None
    except changes.NotAllowed:
        form.add_error(None, gettext("You have no role for this area."))
        return None
    if isinstance(done, Refusal):
        form.add_error(None, refusal_words(done))
        return None
    if isinstance(done, Change):
        messages.success(
            request,
            gettext("Proposed. It waits for a second person; nothing has been done yet."),
        )
        return redirect("desk:change", done.pk)
    messages.success(
        request,
        gettext("The account is frozen and the bindings have ended. To be recovered: %(number)s.")
        % {"number": len(done)},
    )
    return redirect("desk:person", person.number)
