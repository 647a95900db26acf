"""What this room holds about a person, for their own copy. Of relatives: what the pages show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from members.identity import mask_id_number
from members.models import Person
from policy.looking import area_words
from record.exporting import Said, Section, section

from .models import Consent, Move, Payout, Premium
from .relatives import as_relatives, bindings_of


def sections_of(person: Person, day: date) -> Iterator[Section]:
    """Yield a person's bindings, consents, premiums and moves."""
    relatives = as_relatives(bindings_of(person), person)
    yield section(
        "bindings",
        _("bindings"),
        [
            ("relative", _("name")), ("relation", _("relation")), ("id_number", _("ID number")),
            ("i_pay", _("my account pays")), ("bound_on", _("bound on")),
            ("ended_on", _("ended on")),
        ],
        (
            (
                r.person.name, r.kin, mask_id_number(r.id_number), r.gives,
                r.binding.bound_on, r.binding.ended_on,
            )
            for r in relatives
        ),
    )  # fmt: skip
    consents = Consent.objects.filter(person=person).select_related("notice").order_by("pk")
    yield section(
        "consents",
        _("consents"),
        [
            ("at", _("accepted")), ("notice", _("notice")), ("hash", _("SHA-256 of the text")),
            ("channel", _("channel")),
        ],
        (
            (c.accepted_at, c.notice.version, c.notice.hash, c.get_channel_display())
            for c in consents
        ),
    )  # fmt: skip
    premiums = Premium.objects.filter(insured=person).order_by("pk")
    yield section(
        "premiums",
        _("premiums"),
        [
            ("product", _("product")), ("year", _("year")), ("amount", _("amount")),
            ("paid_on", _("paid on")), ("state", _("state")),
        ],
        (
            (p.get_product_display(), p.year, p.amount, p.paid_on, p.get_state_display())
            for p in premiums
        ),
    )  # fmt: skip
    yield section(
        "moves",
        _("moves"),
        [
            ("day", _("day")), ("from", _("from")), ("to", _("to")),
            ("balance", _("balance")),
        ],
        (
            (
                m.day, Said(m.from_area, area_words(m.from_area)),
                Said(m.to_area, area_words(m.to_area)), m.balance,
            )
            for m in Move.objects.filter(person=person).order_by("pk")
        ),
    )  # fmt: skip
    reasons = dict(Person.Departure.choices)
    yield section(
        "payouts",
        _("payouts"),
        [("day", _("day")), ("reason", _("reason")), ("amount", _("amount"))],
        (
            (p.day, Said(p.reason, reasons.get(p.reason, p.reason)), p.amount)
            for p in Payout.objects.filter(person=person).order_by("pk")
        ),
    )
