"""A transfer's two accounts exist, and stay: the database sees to it by triggers (ADR 21)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import Error, IntegrityError, transaction

from accounts.checks import ledger_problems
from accounts.models import LedgerAccount, Transfer
from tests.people import enrol_one, give_money

pytestmark = pytest.mark.django_db

DAY = date(2024, 5, 26)
NOBODY = 999_999_999


@pytest.fixture
def account() -> LedgerAccount:
    lin = enrol_one("lin")
    give_money({lin: "100.00"}, month=DAY.replace(day=1), day=DAY)
    return LedgerAccount.objects.get(person=lin)


def transfer(number: int, **changed: Any) -> Transfer:
    """A transfer between two accounts that are nobody's, but for what is changed."""
    first, second = LedgerAccount.objects.exclude(kind="personal").order_by("id")[:2]
    values = {
        "source": "payment",
        "source_id": number,
        "line": 1,
        "kind": "payment",
        "from_account": first,
        "to_account": second,
        "amount": Decimal("1.00"),
        "day": DAY,
        "value_date": DAY,
    }
    return Transfer(**values | changed)


@pytest.mark.parametrize("side", ["from_account_id", "to_account_id"])
def test_no_transfer_of_a_statement_is_written_where_one_names_an_unknown_account(
    account: LedgerAccount, side: str
) -> None:
    del account
    for key in ("bank:340100", "collector:340100"):
        LedgerAccount.objects.get_or_create(
            key=key, defaults={"kind": key.split(":")[0], "area": "340100"}
        )
    before = Transfer.objects.count()
    rows = [transfer(1), transfer(2, **{side: NOBODY}), transfer(3)]
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        Transfer.objects.bulk_create(rows)
    assert isinstance(raised.value.__cause__, psycopg.errors.ForeignKeyViolation)
    assert raised.value.__cause__.diag.constraint_name == "transfer_accounts_exist"
    assert Transfer.objects.count() == before

    Transfer.objects.bulk_create([rows[0], rows[2]])
    assert Transfer.objects.count() == before + 2


def test_an_account_keeps_its_id_and_is_never_deleted(account: LedgerAccount) -> None:
    with pytest.raises(Error, match="Cannot update"), transaction.atomic():
        LedgerAccount.objects.filter(pk=account.pk).update(id=NOBODY)
    with pytest.raises(Error, match="Cannot delete"), transaction.atomic():
        # Not through the ORM, which looks for transfers itself.
        LedgerAccount.objects.filter(pk=account.pk)._raw_delete("default")
    assert ledger_problems() == []
