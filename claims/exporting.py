"""What this room holds about a person, for their own copy: their own settlements alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from members.models import Person
from record.exporting import Section, section

from . import own
from .bill import lines_of
from .models import Accumulator, PaperBill


def sections_of(person: Person, day: date) -> Iterator[Section]:
    """Yield a person's settlements with the lines of their bills, and what each year has used."""
    claims = list(own.claims_of(person).order_by("service_date", "pk"))
    yield section(
        "settlements",
        _("Settlements"),
        [
            ("number", _("claim number")), ("institution", _("institution")),
            ("category", _("category")), ("service_date", _("service date")),
            ("settled_on", _("settled on")), ("gross", _("total")),
            ("pool", _("paid by the pooled fund")), ("own", _("own account")),
            ("shared", _("shared accounts")), ("cash", _("cash")), ("state", _("state")),
        ],
        (
            (
                c.number, c.institution.name, c.get_category_display(), c.service_date,
                c.settled_on, c.gross, c.pool, c.own_paid, c.shared_paid, c.cash,
                c.get_state_display(),
            )
            for c in claims
        ),
    )  # fmt: skip
    yield section(
        "bill_lines",
        _("lines of the bill"),
        [
            ("claim", _("claim number")), ("item", _("name")), ("class", _("class")),
            ("amount", _("amount")),
        ],
        (
            (claim.number, line.name or line.code, line.item_class, line.amount)
            for claim in claims
            for line in lines_of(claim)
        ),
    )  # fmt: skip
    yield section(
        "paper_bills",
        _("paper bills"),
        [
            ("number", _("bill number")), ("institution", _("institution as written")),
            ("category", _("category")), ("service_date", _("service date")),
            ("handed_in", _("handed in on")), ("total", _("total")), ("state", _("state")),
            ("note", _("note to the member")),
        ],
        (
            (
                bill.bill_number, bill.institution_name, bill.get_category_display(),
                bill.service_date, bill.applied_on, bill.total, bill.get_state_display(),
                bill.note,
            )
            for bill in PaperBill.objects.filter(person=person)
        ),
    )  # fmt: skip
    yield section(
        "used",
        _("used this year"),
        [
            ("area", _("pooling area")), ("year", _("year")),
            ("deductible", _("deductible paid")), ("pool", _("paid by the pooled fund")),
        ],
        Accumulator.objects.filter(person=person)
        .order_by("year")
        .values_list("area", "year", "deductible", "pool"),
    )  # fmt: skip
