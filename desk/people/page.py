"""What the page of a person gathers: who they are, what they have, what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext

from accounts.models import Adjustment, Credit, SkippedMonth
from accounts.queries import account_of, balance_on, latest_movements_of
from accounts.words import lines_of
from claims.models import Claim
from desk.changes.proposing import DEATH_PAPERS
from families.checking.operations import OFFICERS as CHECKERS
from families.held import held_for
from families.models import RecoveryItem
from families.relatives import bindings_of
from families.words import ENDED
from members import identity
from members import queries as members
from members.looking import mask_account, mask_phone
from members.models import Contribution, Person, Registration, Stay
from members.months import first_of, months_after
from policy.saying import place_words, skip_words
from record.models import Change, Message, Role
from record.papers import papers_of
from record.staffing import AUDITOR, Staff
from record.texts import text_for

#: Months of standing, and rows of each other list, on the page; the admin's lists hold all.
MONTHS, ROWS = 12, 8
#: Who may see what was wrong with somebody: whose claims the admin shows them too.
CLINICAL = (Role.Kind.CASE_OFFICER.value, Role.Kind.REVIEWER.value, AUDITOR)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a person's: what was paid in, what was credited, and why not where it was not."""

    month: date
    base: Decimal | None
    paid_on: date | None
    credited: Decimal | None
    why_not: str


def person_context(*, person: Person, staff: Staff) -> dict[str, Any]:
    """Return everything that the page shows."""
    day = staff.day
    enrolments = members.enrolments_of(person.pk)
    place = next((one for one in enrolments if one.ends_on is None), None)
    area = place.area if place else ""
    account = account_of(person.pk)
    # Whoever has no part in care reads amounts, as an authorizer does, and no institution.
    reader = person.pk if sees_care(staff, area) else 0
    balance = balance_on(account, day) if account else None
    return {
        "person": person,
        "id_number": identity.mask_id_number(identity.unseal(person.id_number_sealed)),
        "phone": mask_phone(person.phone),
        "bank_account": mask_account(person.bank_account_sealed),
        "has_left": members.has_left(person, day),
        "retired": members.is_retired(person, day),
        "place": place,
        "area": area,
        "area_words": place_words(area) if area else "",
        "enrolments": [(one, place_words(one.area)) for one in enrolments],
        "months": months_of(person, until=day),
        "account": account,
        "balance": balance,
        "moves": lines_of(latest_movements_of(account, ROWS), reader_id=reader) if account else [],
        "held": held_for(person_id=person.pk, area=area) if person.left_on and area else None,
        "bindings": _bindings(person, may_check=any(staff.may(kind, area) for kind in CHECKERS)),
        "claims": _claims(person, staff, area),
        "registrations": [
            (one, place_words(one.area))
            for one in Registration.objects.filter(person=person).order_by("-pk")[:ROWS]
        ],
        "stays": list(Stay.objects.filter(person=person).order_by("-pk")[:ROWS]),
        "messages_sent": [
            (message, text_for(message.kind).title)
            for message in Message.objects.filter(person=person).order_by("-pk")[:ROWS]
        ],
        "waiting": waiting_about(person),
        "papers": papers_of(DEATH_PAPERS, person.pk)
        if person.departure and any(staff.may(kind, area) for kind in CLINICAL)
        else [],
        "recovery": _recovery(person),
    }


def waiting_about(person: Person) -> list[Change]:
    """Return the changes about a person that wait for somebody."""
    rows = Change.objects.filter(subject=person, state=Change.State.WAITING)
    return list(rows.select_related("proposed_by").order_by("pk"))


def months_of(person: Person, *, until: date) -> list[Month]:
    """Return the last months of a person, newest first; none where nothing is known of any."""
    last = first_of(until)
    first = months_after(last, 1 - MONTHS)
    span = {"person": person, "month__gte": first, "month__lte": last}
    paid = {row.month: row for row in Contribution.objects.filter(**span, paid_back_on=None)}
    credited_in = {row.month: row.amount for row in Credit.objects.filter(**span)}
    more = dict(
        Adjustment.objects.filter(**span)
        .values_list("month")
        .annotate(sum=Sum("posted"))
        .values_list("month", "sum")
    )
    skipped = dict(
        SkippedMonth.objects.filter(**span).order_by("pk").values_list("month", "reason")
    )
    if not (paid or credited_in or skipped):
        return []
    found = []
    for back in range(MONTHS):
        month = months_after(last, -back)
        contribution = paid.get(month)
        credited = credited_in.get(month)
        reason = skipped.get(month, "") if credited is None else ""
        found.append(
            Month(
                month=month,
                base=contribution.base if contribution else None,
                paid_on=contribution.paid_on if contribution else None,
                credited=credited + more.get(month, 0) if credited is not None else None,
                why_not=skip_words(reason)[0] if reason else "",
            )
        )
    return found


def _bindings(person: Person, *, may_check: bool) -> list[dict[str, Any]]:
    """Bindings of either side. The other person is named: it is the family of this one."""
    rows = []
    for binding in bindings_of(person)[:ROWS]:
        gives = binding.authorizer_id == person.pk
        other = binding.member if gives else binding.authorizer
        rows.append(
            {
                "binding": binding,
                "words": (gettext("pays for %(name)s") if gives else gettext("%(name)s pays"))
                % {"name": other.name},
                "relation": binding.get_relation_display(),
                "is_active": binding.ended_on is None,
                # It belongs to the area of whose account it is: that of this page.
                "may_check": may_check and gives and binding.ended_on is None,
                "why": str(ENDED.get(binding.ended_code, binding.ended_code)),
            }
        )
    return rows


def sees_care(staff: Staff, area: str) -> bool:
    """Say whether somebody has a part in care there."""
    return any(staff.may(kind, area) for kind in CLINICAL)


def _claims(person: Person, staff: Staff, area: str) -> list[Claim]:
    """The last claims; who has no part in care sees none (the amounts are in the account)."""
    if not sees_care(staff, area):
        return []
    rows = Claim.objects.filter(patient=person).select_related("institution")
    return list(rows.order_by("-service_date", "-pk")[:ROWS])


def _recovery(person: Person) -> list[RecoveryItem]:
    if person.left_on is None:
        return []
    rows = RecoveryItem.objects.filter(person=person).select_related("transfer")
    return list(rows.order_by("pk"))
