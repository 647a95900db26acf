"""A paper bill that needs a second person, in words for whom it is to decide."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext, gettext_lazy

from policy.saying import yuan
from record.change_words import Fact, register_words
from record.models import Change

from .models import PaperBill
from .paper_bills import LARGE


def _facts(change: Change) -> list[Fact]:
    bill = PaperBill.objects.filter(pk=change.payload["bill"]).first()
    amount = Fact(gettext("The fund would pay"), yuan(Decimal(change.payload["pool"])))
    if bill is None:
        return [amount]
    return [
        Fact(gettext("Number"), bill.number),
        Fact(gettext("Institution"), bill.institution_name),
        Fact(gettext("Treated on"), bill.service_date.isoformat()),
        Fact(gettext("Total"), yuan(bill.total)),
        amount,
    ]


def register() -> None:
    """Say what a large bill is called where changes wait, and what it comes to."""
    register_words(LARGE, title=gettext_lazy("Paper bill"), facts=_facts)
