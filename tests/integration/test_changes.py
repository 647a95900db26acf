"""Nobody decides on their own proposal: not in the operation, not in SQL."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.manual import propose_adjustment, propose_price
from families.departures import InvalidPayees, propose_payout
from record import changes
from record.changes import NotAllowed, TooEarly
from record.models import Change, Role
from tests.people import HEFEI, balance, credit, done, enrol_one, give_money, refused, staff

pytestmark = pytest.mark.django_db

MONTH, DAY = date(2024, 3, 1), date(2024, 3, 26)
PAYEES = [{"name": "何梅", "share": "0.5"}, {"name": "何松", "share": "0.5"}]


def test_a_payout_takes_two_persons() -> None:
    lin = enrol_one("lin")
    give_money({lin: "200.00"}, month=MONTH, day=DAY)
    zhou = staff("zhou", Role.Kind.CASE_OFFICER, HEFEI)
    staff("zhou", Role.Kind.REVIEWER, HEFEI)
    wu = staff("wu", Role.Kind.REVIEWER, HEFEI)
    change = done(
        propose_payout(
            person_id=lin.pk, reason="death", payees=PAYEES, evidence="No. 7", by=zhou, day=DAY
        )
    )
    with pytest.raises(NotAllowed):
        changes.approve(change_id=change.pk, by=zhou, day=DAY)
    assert balance(lin) == Decimal("200.00")
    with pytest.raises(TooEarly):
        changes.approve(change_id=change.pk, by=wu, day=DAY + timedelta(days=2))
    later = DAY + timedelta(days=3)
    done(changes.approve(change_id=change.pk, by=wu, day=later))
    assert balance(lin) == 0
    assert refused(changes.approve(change_id=change.pk, by=wu, day=later)) == "not_waiting"


def test_sql_cannot_let_a_proposer_decide() -> None:
    lin = enrol_one("lin")
    give_money({lin: "200.00"}, month=MONTH, day=DAY)
    zhou = staff("zhou", Role.Kind.FINANCE_CLERK, HEFEI)
    change = done(
        propose_adjustment(
            person_id=lin.pk,
            month=MONTH,
            difference=Decimal("-10.00"),
            reason="by hand",
            by=zhou,
            day=DAY,
        )
    )
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE record_change SET state = 'approved', decided_by_id = proposed_by_id,"
            " decided_on = %s WHERE id = %s",
            [DAY, change.pk],
        )


def test_what_a_change_says_is_not_changed_by_sql() -> None:
    lin = enrol_one("lin")
    give_money({lin: "200.00"}, month=MONTH, day=DAY)
    zhou = staff("zhou", Role.Kind.FINANCE_CLERK, HEFEI)
    change = done(
        propose_adjustment(
            person_id=lin.pk, month=MONTH, difference=Decimal(5), reason="-", by=zhou, day=DAY
        )
    )
    for statement in (
        "UPDATE record_change SET payload = '{}' WHERE id = %s",
        "DELETE FROM record_change WHERE id = %s",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [change.pk])


@pytest.mark.parametrize(
    ("payees", "word"),
    [
        ([], "payee"),
        ([{"name": "", "share": "1"}], "name"),
        ([{"name": "a", "share": "0.5"}], "100%"),
        ([{"name": "a", "share": "2"}, {"name": "b", "share": "-1"}], "share"),
        ([{"name": "a", "share": "half"}], "share"),
    ],
)
def test_payees_that_cannot_be_paid_are_not_proposed(
    payees: list[dict[str, str]], word: str
) -> None:
    lin = enrol_one("lin")
    zhou = staff("zhou", Role.Kind.CASE_OFFICER, HEFEI)
    with pytest.raises(InvalidPayees, match=word):
        propose_payout(
            person_id=lin.pk, reason="death", payees=payees, evidence="No. 7", by=zhou, day=DAY
        )


def test_a_role_elsewhere_is_no_role_here() -> None:
    lin = enrol_one("lin")
    wuhu = staff("sun", Role.Kind.CASE_OFFICER, "340200")
    with pytest.raises(NotAllowed):
        propose_payout(
            person_id=lin.pk, reason="death", payees=PAYEES, evidence="No. 7", by=wuhu, day=DAY
        )
    assert not Change.objects.exists()


def test_an_unpriced_month_is_priced_by_two_and_once() -> None:
    # In Anhui nothing prices a month before the reform.
    old = enrol_one("old", born=date(1950, 1, 1), retired_on=date(2010, 1, 10))
    month, day = date(2022, 6, 1), date(2022, 7, 26)
    zhou = staff("zhou", Role.Kind.FINANCE_CLERK, HEFEI)
    wu = staff("wu", Role.Kind.REVIEWER, HEFEI)
    facts: dict[str, Any] = {
        "person_id": old.pk,
        "month": month,
        "reason": "old policy",
        "by": zhou,
        "day": day,
    }
    change = done(propose_price(amount=Decimal("55.00"), **facts))
    assert refused(propose_price(amount=Decimal("56.00"), **facts)) == "waits_for_second_person"
    done(changes.approve(change_id=change.pk, by=wu, day=day))
    assert balance(old) == Decimal("55.00")
    assert refused(propose_price(amount=Decimal("55.00"), **facts)) == "already_priced"
    run = credit(HEFEI, month=month, day=day)
    assert (run.done, balance(old)) == (0, Decimal("55.00"))


def test_a_system_proposal_needs_two_persons_all_the_same() -> None:
    from tests.integration.test_corrections import corrected

    lin = enrol_one("lin")
    give_money({lin: "200.00"}, month=MONTH, day=DAY)
    change = corrected(lin, base="5000.00").proposed[0]
    assert changes.is_of_the_system(change)
    wu = staff("wu", Role.Kind.REVIEWER, HEFEI)
    zhou = staff("zhou", Role.Kind.FINANCE_CLERK, HEFEI)
    with pytest.raises(NotAllowed):
        changes.approve(change_id=change.pk, by=wu, day=DAY)
    taken_over = done(changes.take_over(change_id=change.pk, by=zhou, day=DAY))
    with pytest.raises(NotAllowed):
        changes.approve(change_id=taken_over.pk, by=zhou, day=DAY)
    done(changes.approve(change_id=taken_over.pk, by=wu, day=DAY))
    assert balance(lin) == Decimal("100.00")
