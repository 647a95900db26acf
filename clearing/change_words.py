"""What this room's changes that need two persons would do, for whom it is to decide."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext, gettext_lazy

from claims.models import Institution
from policy.saying import yuan
from record.change_words import Fact, register_words
from record.models import Change

from . import bankfiles, cases, deductions, payments, statements, words
from .models import Case, Payment, PaymentFile


def _release(change: Change) -> list[Fact]:
    payload = change.payload
    file = PaymentFile.objects.filter(number=payload["file"]).first()
    return [
        Fact(gettext("File"), payload["file"], file.get_kind_display() if file else ""),
        Fact(gettext("Orders"), payload["orders"]),
        Fact(gettext("Amount"), yuan(Decimal(payload["amount"]))),
        Fact("SHA-256", payload["sha256"]),
    ]


def _conclusion(change: Change) -> list[Fact]:
    case = Case.objects.select_related("institution").filter(pk=change.payload["case"]).first()
    return [
        Fact(gettext("Case"), change.payload["case"], case.institution.name if case else ""),
        Fact(
            gettext("What to do"),
            dict(Case.Action.choices).get(change.payload["action"], change.payload["action"]),
        ),
        Fact(gettext("Amount"), yuan(Decimal(change.payload["amount"]))),
    ]


def _institution(code: str) -> str:
    found = Institution.objects.filter(code=code).first()
    return found.name if found else code


def _deduction(change: Change) -> list[Fact]:
    payload = change.payload
    return [
        Fact(gettext("Institution"), _institution(payload["institution"])),
        Fact(gettext("Amount"), yuan(Decimal(payload["amount"]))),
        Fact(gettext("Settlement"), payload["claim"] or "—"),
    ]


def _institution_account(change: Change) -> list[Fact]:
    payload = change.payload
    return [
        Fact(gettext("Institution"), _institution(payload["institution"])),
        Fact(gettext("Account"), f"…{payload['tail']}", f"{payload['holder']}, {payload['bank']}"),
    ]


def _payment_account(change: Change) -> list[Fact]:
    payload = change.payload
    payment = Payment.objects.filter(reference=payload["reference"]).first()
    return [
        Fact(gettext("To"), payment.payee if payment else "", payload["reference"]),
        Fact(gettext("Amount"), yuan(payment.amount) if payment else ""),
        Fact(gettext("Account"), f"…{payload['tail']}"),
    ]


def _clearing_payment(change: Change) -> list[Fact]:
    payload = change.payload
    return [
        Fact(gettext("From"), words.area_name(payload["from"])),
        Fact(gettext("To"), words.area_name(payload["to"])),
        Fact(gettext("Amount"), yuan(Decimal(payload["amount"]))),
        Fact(gettext("The bank's reference"), payload["bank_reference"]),
    ]


def register_all() -> None:
    """Tell the words of this room's kinds."""
    for kind, title, facts in (
        (bankfiles.RELEASE_FILE, gettext_lazy("Release of a bank file"), _release),
        (cases.CONCLUDE_CASE, gettext_lazy("Conclusion of a difference"), _conclusion),
        (deductions.DEDUCT, gettext_lazy("Deduction from an institution"), _deduction),
        (
            payments.INSTITUTION_ACCOUNT,
            gettext_lazy("Bank account of an institution"),
            _institution_account,
        ),
        (payments.PAYMENT_ACCOUNT, gettext_lazy("Bank account of a payee"), _payment_account),
        (
            statements.CLEARING_PAYMENT,
            gettext_lazy("Payment between areas has come"),
            _clearing_payment,
        ),
    ):
        register_words(kind, title=title, facts=facts)
