"""A person's family in words: who pays for whom, in which order, and why a binding ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, npgettext
from django.utils.translation import gettext_lazy as _

from members.models import Enrolment, Person
from policy.book import Book

from .queries import Payer
from .relatives import Family, Relative

#: Why a binding ended: the code that it keeps → words.
ENDED: Mapping[str, str | Promise] = {
    "unbound": _("ended by the one whose account it is"),
    "left": _("the relative chose to leave"),
    "denied": _("the one whose account it is said that it was wrong"),
    "found_false": _("staff found that the relation was not true"),
    "member_left": _("one of the two is no longer insured"),
    "out_of_province": _("one of the two moved to another province"),
    "provincial_direct_excluded": _("one of the two changed to the provincial-direct scheme"),
    "cross_area_not_open": _("one of the two moved, and between these areas it is not open"),
    "cross_area_taken": _("one of the two moved, and one account from another area is the limit"),
}


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of a family account: drawn, counted, and whether one is left.

    `limit` counts the person too; None where the area names none.
    """

    drawn: list[dict[str, Any]]
    taken: int
    limit: int | None

    @property
    def free(self) -> int | None:
        """Return how many seats are left, or None without a limit."""
        return None if self.limit is None else max(0, self.limit - self.taken)


def area_name(book: Book, code: str) -> str:
    """Return an area's name in the reader's language."""
    area = book.areas.get(code)
    if area is None:
        return code
    return area.name if (get_language() or "").startswith("zh") else area.name_en


def area_choices(book: Book) -> list[tuple[str, str]]:
    """Return all areas as a form offers them: the province with the most areas first."""
    sizes = Counter(area.province for area in book.areas.values())
    codes = sorted(book.areas, key=lambda code: (-sizes[book.areas[code].province], code))
    return [(code, area_name(book, code)) for code in codes]


def seats_of(*, person: Person, family: Family, place: Enrolment, book: Book, day: date) -> Seats:
    """Draw the seats: one's own, the relatives', and the empty ones up to the area's limit.

    Where an area has no limit there are as many as are taken, and an empty one.
    """
    drawn: list[dict[str, Any]] = [
        {"name": person.name, "who": gettext("you"), "is_self": True},
    ]
    drawn += [
        {
            "name": relative.person.name,
            "who": relative.kin,
            "note": area_name(book, relative.area) if relative.area != place.area else "",
        }
        for relative in family.given
    ]
    relatives = book.rules(place.area, day).family_seats
    limit = relatives.value + 1 if relatives is not None else None
    empty = 1 if limit is None else max(0, limit - len(drawn))
    taken = len(drawn)
    drawn += [
        {
            "is_empty": True,
            "url": reverse("families:add"),
            "url_text": gettext("Empty seat: bind a relative"),
        }
    ] * empty
    return Seats(drawn=drawn, taken=taken, limit=limit)


def chain_of(
    *,
    payers: Sequence[Payer],
    person: Person,
    family: Family,
    book: Book,
    has_account: bool,
) -> list[dict[str, Any]]:
    """Put the payers of a person's bills into words, in their order, each with its reason.

    Who has no account of their own is not among them.
    """
    relatives = {relative.person.pk: relative for relative in family.received}
    rows: list[dict[str, Any]] = []
    for payer in payers:
        if payer.own and not has_account:
            continue
        if payer.own:
            note = gettext("Your own account always comes first")
            rows.append({"name": person.name, "place": "self", "note": note})
            continue
        relative = relatives[payer.person_id]
        is_local = payer.area == payers[0].area
        words = {
            "area": area_name(book, payer.area),
            "day": relative.binding.bound_on.isoformat(),
        }
        rows.append(
            {
                "name": gettext("%(name)s, your %(kin)s")
                % {"name": relative.person.name, "kin": relative.kin},
                "place": "local" if is_local else "remote",
                "note": (
                    gettext("Bound on %(day)s; the earliest bound comes first")
                    if is_local
                    else gettext("Insured in %(area)s, so after those of your own area")
                )
                % words,
            }
        )
    return rows


def people_of(relatives: Sequence[Relative], *, book: Book) -> list[dict[str, Any]]:
    """Put relatives into rows as `components/person.html` draws them."""
    return [
        {
            "name": relative.person.name,
            "relation": relative.kin,
            "id_number": relative.id_number,
            "detail": gettext("%(area)s, bound on %(day)s")
            % {
                "area": area_name(book, relative.area),
                "day": relative.binding.bound_on.isoformat(),
            },
            "name_url": reverse("families:bound", args=[relative.binding.pk]),
            "url": reverse("families:end", args=[relative.binding.pk]),
            "url_text": gettext("Unbind") if relative.gives else gettext("Leave"),
        }
        for relative in relatives
    ]


def history_of(relatives: Sequence[Relative]) -> list[dict[str, Any]]:
    """Put bindings into words: whose account, for whom, from when to when, and why it ended."""
    rows = []
    for relative in relatives:
        binding = relative.binding
        text = (
            gettext("Your account for %(name)s")
            if relative.gives
            else gettext("The account of %(name)s for you")
        )
        rows.append(
            {
                "title": text % {"name": relative.person.name},
                "begins": binding.bound_on,
                "ends": binding.ended_on,
                "why": str(ENDED.get(binding.ended_code, binding.ended_code)),
                "url": reverse("families:bound", args=[binding.pk]),
            }
        )
    return rows


def seats_sentence(seats: Seats) -> str:
    """Say in words what the picture of the seats shows."""
    taken = npgettext(
        "seats in the boat", "%(taken)d seat is taken", "%(taken)d seats are taken", seats.taken
    ) % {"taken": seats.taken}
    if seats.free is None:
        return taken
    if not seats.free:
        return gettext("%(taken)s, none is free") % {"taken": taken}
    return gettext("%(taken)s, %(free)d free") % {"taken": taken, "free": seats.free}
