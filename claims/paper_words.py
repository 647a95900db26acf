"""What pages say about a paper bill: its state, and its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from members.models import Person
from members.residence_words import MACHINES

from .models import PaperBill, PaperBillStep

State, Step = PaperBill.State, PaperBillStep.Kind

TAGS: Mapping[str, tuple[str | Promise, str]] = {
    State.SENT: (gettext_lazy("waits for us"), "wait"),
    State.ASKED: (gettext_lazy("waits for you"), "wait"),
    State.APPROVED: (gettext_lazy("approved"), "go"),
    State.REFUSED: (gettext_lazy("not approved"), "bad"),
    State.WITHDRAWN: (gettext_lazy("withdrawn"), ""),
}


def course_of(
    bill: PaperBill,
    steps: Sequence[PaperBillStep],
    *,
    person: Person,
    home: str,
    for_member: bool = True,
) -> list[dict[str, Any]]:
    """Return the way of a bill as `components/course.html` draws it, to its member or to staff."""
    course = [
        {
            "title": _title(step),
            "text": _text(step),
            "at": step.at,
            "who": _who(step, person, home, for_member=for_member),
            "state": "done",
        }
        for step in steps
    ]
    paid = (
        gettext("The money goes to your bank account")
        if for_member
        else gettext("The money goes to the member's bank account")
    )
    if bill.state == State.SENT:
        days = settings.PAPER_BILL_ANSWER_DAYS
        text = (
            gettext("You get an answer within %(days)d days. Nothing needs to be done.")
            if for_member
            else gettext("The member is to have an answer within %(days)d days.")
        )
        course.append(
            {
                "title": gettext("We check it and work it out"),
                "text": text % {"days": days},
                "state": "current",
            }
        )
        course.append({"title": paid, "state": "next"})
    elif bill.state == State.ASKED and course:
        course[-1]["state"] = "current"
        course.append({"title": gettext("We check it and work it out"), "state": "next"})
    elif bill.state == State.APPROVED and bill.claim is not None and bill.claim.pool > 0:
        course.append({"title": paid, "state": "current"})
    return course


def _title(step: PaperBillStep) -> str:
    if step.kind == Step.APPROVE:
        return gettext("Approved: the fund pays %(amount)s yuan") % {
            "amount": step.data.get("pool", "0.00")
        }
    titles = {
        Step.SEND: gettext("Handed in"),
        Step.ASK: gettext("We asked for something"),
        Step.CORRECT: gettext("Corrected and sent again"),
        Step.COMPLETE: gettext("The lines were entered"),
        Step.REFUSE: gettext("Not approved"),
        Step.WITHDRAW: gettext("Taken back"),
    }
    return titles[Step(step.kind)]


def _text(step: PaperBillStep) -> str:
    papers = step.data.get("papers", 0)
    if papers:
        words = gettext("With %(number)d papers.") % {"number": papers}
        return f"{step.note}\n{words}".strip()
    return step.note


def _who(step: PaperBillStep, person: Person, home: str, *, for_member: bool) -> str:
    if step.by_id is None and step.by_name in MACHINES:
        return gettext("by itself")
    if step.by_id is not None and step.by_id == person.user_id:
        return gettext("you") if for_member else person.name
    return gettext("healthcare security bureau of %(area)s") % {"area": home}
