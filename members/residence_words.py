"""What pages say about living elsewhere: the way of an application, and what a counter does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy

from policy.book import Book, Rules, Source
from policy.citing import cite

from .models import Person, Registration, RegistrationStep

State, Step = Registration.State, RegistrationStep.Kind

KIND_WORDS: Mapping[str, str | Promise] = {
    Registration.Kind.RESETTLED: gettext_lazy("I am retired and have settled there"),
    Registration.Kind.LONG_TERM: gettext_lazy(
        "I live there for long, for example with my children"
    ),
    Registration.Kind.POSTED: gettext_lazy("My employer has posted me there"),
}
STATE_TAGS: Mapping[str, tuple[str | Promise, str]] = {
    State.APPLIED: (gettext_lazy("waits for us"), "wait"),
    State.ASKED: (gettext_lazy("waits for you"), "wait"),
    State.APPROVED: (gettext_lazy("in force"), "go"),
    State.REFUSED: (gettext_lazy("not approved"), "bad"),
    State.WITHDRAWN: (gettext_lazy("withdrawn"), ""),
}
#: Who does something without being anybody.
MACHINES = frozenset({"system", "beat"})
_LAPSES: Mapping[str, str | Promise] = {
    "move": gettext_lazy("It ended because your insurance moved to another area."),
    "left": gettext_lazy("It ended because the insurance ended."),
    "newer": gettext_lazy("A newer registration for the same place has taken its place."),
}


def area_name(book: Book, code: str) -> str:
    """Return an area's name in the reader's language; an unknown code as it is."""
    area = book.areas.get(code)
    if area is None:
        return code
    return area.name_en if (get_language() or "").startswith("en") else area.name


def tag_of(registration: Registration, today: Any) -> tuple[str, str]:
    """Return the state of a registration in a word, and the kind of its tag."""
    if registration.state == State.APPROVED:
        if registration.ends_on is not None and registration.ends_on <= today:
            return gettext("ended"), ""
        if registration.begins_on is not None and registration.begins_on > today:
            return gettext("begins later"), "wait"
    words, kind = STATE_TAGS[registration.state]
    return str(words), kind


def course_of(
    registration: Registration,
    steps: Sequence[RegistrationStep],
    *,
    person: Person,
    book: Book,
    home: str,
    today: Any,
    for_member: bool = True,
) -> list[dict[str, Any]]:
    """Return the way of a registration as `components/course.html` draws it.

    `for_member`: it speaks to the member, else to staff.
    """
    course = [
        {
            "title": _title(step, registration),
            "text": _text(step),
            "at": step.at,
            "who": _who(step, person, area_name(book, home), for_member=for_member),
            "state": "done",
        }
        for step in steps
    ]
    place = area_name(book, registration.area)
    coming: list[tuple[str, str]] = []
    if registration.state == State.APPLIED:
        days = settings.RESIDENCE_ANSWER_DAYS
        text = (
            gettext("You get an answer within %(days)d days. Nothing needs to be done.")
            if for_member
            else gettext("The member is to have an answer within %(days)d days.")
        )
        coming = [
            (gettext("We look at it"), text % {"days": days}),
            (gettext("Approval"), ""),
            (gettext("Settling at the counter in %(place)s") % {"place": place}, ""),
        ]
        _mark(course, coming, current=len(course))
    elif registration.state == State.ASKED:
        text = gettext("You keep your place in the queue.") if for_member else ""
        coming = [
            (gettext("We look at it again"), text),
            (gettext("Approval"), ""),
        ]
        _mark(course, coming, current=len(course) - 1)
    elif registration.state == State.APPROVED and not _is_over(registration, today):
        begun = registration.begins_on is not None and registration.begins_on <= today
        words = (
            gettext("In %(place)s the fund now pays at the counter.")
            if begun
            else gettext("From then on the fund pays at the counter in %(place)s.")
        )
        coming = [(gettext("In force"), words % {"place": place})]
        _mark(course, coming, current=len(course))
    return course


def _mark(course: list[dict[str, Any]], coming: list[tuple[str, str]], *, current: int) -> None:
    course += [{"title": title, "text": text, "state": "next"} for title, text in coming]
    if course:
        course[current]["state"] = "current"


def _is_over(registration: Registration, today: Any) -> bool:
    return registration.ends_on is not None and registration.ends_on <= today


def _title(step: RegistrationStep, registration: Registration) -> str:
    if step.kind == Step.APPROVE:
        return gettext("Approved, from %(day)s on") % {"day": step.data.get("begins_on", "")}
    if step.kind == Step.END:
        return gettext("Ends: no longer from %(day)s") % {"day": step.data.get("ends_on", "")}
    titles = {
        Step.APPLY: gettext("Application sent"),
        Step.ASK: gettext("We asked for something"),
        Step.CORRECT: gettext("Corrected and sent again"),
        Step.REFUSE: gettext("Not approved"),
        Step.WITHDRAW: gettext("Taken back"),
        Step.RESUME: gettext("The end was taken back"),
        Step.LAPSE: gettext("Ended by itself"),
    }
    return titles[Step(step.kind)]


def _text(step: RegistrationStep) -> str:
    if step.kind == Step.LAPSE:
        return str(_LAPSES.get(step.data.get("cause", ""), ""))
    papers = step.data.get("papers", 0)
    if papers:
        words = gettext("With %(number)d papers.") % {"number": papers}
        return f"{step.note}\n{words}".strip()
    return step.note


def _who(step: RegistrationStep, person: Person, home: str, *, for_member: bool) -> str:
    if step.by_id is None and step.by_name in MACHINES:
        return gettext("by itself")
    if step.by_id is not None and step.by_id == person.user_id:
        return gettext("you") if for_member else person.name
    return gettext("healthcare security bureau of %(area)s") % {"area": home}


# --- what changes at a counter --------------------------------------------------------------------


def at_the_counter(book: Book, rules: Rules) -> dict[str, list[dict[str, Any]]]:
    """Return what the rules of an area mean at a counter elsewhere, without and with registration.

    Each sentence with its clause, as `components/clause.html` shows it.
    """
    without = []
    if rules.remote_self_pay_ratio is not None and rules.remote_unregistered.value != "refuse":
        ratio = rules.remote_self_pay_ratio
        words = gettext("You pay %(percent)s of what is in policy first; the fund shares the rest.")
        percent = f"{(ratio.value * 100).normalize():f}%"
        without.append((words % {"percent": percent}, ratio.source))
    else:
        words = gettext("The pooled fund pays nothing there. Your account pays, the rest is cash.")
        without.append((words, rules.remote_unregistered.source))
    registered = [
        (
            gettext(
                "The pooled fund pays there as at home: the same deductible, the same shares, the"
                " same limit, all by the rules of your own area."
            ),
            rules.outpatient.source if rules.outpatient else rules.residence_kinds.source,
        )
    ]
    if rules.remote_requires_network.value:
        words = gettext("Only at institutions that are connected. Ask for one before you go.")
        registered.append((words, rules.remote_requires_network.source))
    registered.append(
        (
            gettext("At home you are treated as before. It holds until you end it."),
            rules.residence_kinds.source,
        )
    )
    if rules.shared_only_in_province.value:
        words = gettext("Relatives' accounts pay only where the institution is in your province.")
        registered.append((words, rules.shared_only_in_province.source))
    return {
        "without": [_with_clause(text, source, book) for text, source in without],
        "registered": [_with_clause(text, source, book) for text, source in registered],
    }


def _with_clause(text: str, source: Source, book: Book) -> dict[str, Any]:
    chinese = not (get_language() or "").startswith("en")
    standing = "" if source.standing == "stated" else source.standing
    return {
        "text": text,
        "clause": {
            "text": cite(source, book.documents, chinese=chinese),
            "standing": standing if standing in {"assumed", "example"} else "",
        },
    }
