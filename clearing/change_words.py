"""What this room's changes that need two persons would do, for whom it is to decide."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from claims.models import Institution
from policy.saying import yuan
from record.change_words import About, Fact, register_about, register_words
from record.models import Change

from . import bankfiles, cases, deductions, payments, statements, words
from .models import Case, ClearingStatement, InstitutionStatement, Payment, PaymentFile


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


# --- what they are about, a list at a time ---


def _number_in(change: Change) -> int:
    """Return the number of the thing in a key such as `clearing:633`."""
    return int(change.key.split(":")[1])


def _about_institutions(changes: Sequence[Change]) -> dict[int, About]:
    ids = {_number_in(one) for one in changes}
    names = dict(Institution.objects.filter(pk__in=ids).values_list("pk", "name"))
    # Accounts and deductions are decided on the page of the newest statement.
    newest = dict(
        InstitutionStatement.objects.filter(institution_id__in=ids)
        .order_by("institution_id", "-month")
        .distinct("institution_id")
        .values_list("institution_id", "pk")
    )
    return {
        one.pk: About(
            names.get(number, ""),
            reverse("clearing:desk_institution", args=[newest[number]])
            if number in newest
            else reverse("clearing:desk_paying"),
        )
        for one in changes
        for number in [_number_in(one)]
    }


def _about_files(changes: Sequence[Change]) -> dict[int, About]:
    numbers = {one.payload["file"] for one in changes}
    ids = dict(PaymentFile.objects.filter(number__in=numbers).values_list("number", "pk"))
    return {
        one.pk: About(
            gettext("bank file %(number)s") % {"number": one.payload["file"]},
            reverse("clearing:desk_bank_file", args=[ids[one.payload["file"]]])
            if one.payload["file"] in ids
            else "",
        )
        for one in changes
    }


def _about_cases(changes: Sequence[Change]) -> dict[int, About]:
    found = Case.objects.select_related("institution").in_bulk(
        [one.payload["case"] for one in changes]
    )
    return {
        one.pk: About(
            gettext("case %(number)s, %(institution)s")
            % {"number": case.pk, "institution": case.institution.name},
            reverse("clearing:desk_case", args=[case.pk]),
        )
        for one in changes
        if (case := found.get(one.payload["case"])) is not None
    }


def _about_payments(changes: Sequence[Change]) -> dict[int, About]:
    found = Payment.objects.in_bulk([_number_in(one) for one in changes])
    return {
        one.pk: About(
            gettext("payment %(reference)s to %(payee)s")
            % {"reference": payment.reference, "payee": payment.payee},
            reverse("clearing:desk_bank"),
        )
        for one in changes
        if (payment := found.get(_number_in(one))) is not None
    }


def _about_statements(changes: Sequence[Change]) -> dict[int, About]:
    found = ClearingStatement.objects.in_bulk([_number_in(one) for one in changes])
    return {
        one.pk: About(
            gettext("%(debtor)s to %(creditor)s, %(period)s")
            % {
                "debtor": words.area_name(one.payload["from"]),
                "creditor": words.area_name(one.payload["to"]),
                "period": words.period_name(statements.period_of_statement(statement)),
            },
            reverse("clearing:desk_statement", args=[statement.pk]),
        )
        for one in changes
        if (statement := found.get(_number_in(one))) is not None
    }


def register_all() -> None:
    """Tell the words of this room's kinds."""
    register_about(bankfiles.RELEASE_FILE, _about_files)
    register_about(cases.CONCLUDE_CASE, _about_cases)
    register_about(deductions.DEDUCT, _about_institutions)
    register_about(payments.INSTITUTION_ACCOUNT, _about_institutions)
    register_about(payments.PAYMENT_ACCOUNT, _about_payments)
    register_about(statements.CLEARING_PAYMENT, _about_statements)
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
