"""What this room holds about a person, for their own copy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from members.models import Person
from policy.looking import area_words
from record.exporting import Said, Section, month, section

from . import queries
from .kinds import KINDS, kind_of
from .models import AccountYear, Credit
from .words import lines_of


def sections_of(person: Person, day: date) -> Iterator[Section]:
    """Yield a person's account, its movements in their owner's words, interest and credits."""
    account = queries.account_of(person.pk)
    if account is not None:
        balance = queries.balance_on(account, day)
        yield section(
            "account",
            _("Account"),
            [
                ("area", _("pooling area")), ("current", _("current year")),
                ("carried", _("carried over")), ("frozen_on", _("frozen on")),
            ],
            [(
                Said(account.area, area_words(account.area)), balance.current, balance.carried,
                account.frozen_on,
            )],
        )  # fmt: skip
        found = [m for year in queries.years_of(account)[::-1]
                 for m in queries.movements_of(account, year)[::-1]]  # fmt: skip
        lines = lines_of(found, reader_id=person.pk)
        yield section(
            "movements",
            _("All movements"),
            [
                ("day", _("day")), ("what", _("What")), ("kind", _("kind")),
                ("current", _("current year")), ("carried", _("carried over")),
                ("balance", _("Balance")),
            ],
            (
                (m.day, line.title, KINDS[kind_of(m)], m.current, m.carried, m.after)
                for m, line in zip(found, lines, strict=True)
            ),
        )  # fmt: skip
        yield section(
            "interest",
            _("Interest"),
            [
                ("year", _("year")), ("on_current", _("interest on the current year")),
                ("on_carried", _("interest on the carried-over balance")),
                ("through", _("last day counted")),
            ],
            AccountYear.objects.filter(account=account)
            .order_by("year")
            .values_list("year", "interest_current", "interest_carried", "through"),
        )  # fmt: skip
    yield section(
        "credits",
        _("Credits"),
        [
            ("month", _("month")), ("area", _("by the rules of")), ("amount", _("amount")),
            ("disbursed", _("paid out by bank")),
        ],
        (
            (month(c.month), Said(c.area, area_words(c.area)), c.amount, c.disbursed)
            for c in Credit.objects.filter(person=person).order_by("month")
        ),
    )  # fmt: skip
