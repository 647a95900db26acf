"""The clock, the calendar and the figures: rows 17 to 23, 31 and 32 of the threats.

Days are days in Asia/Shanghai and come in as arguments; the turn of a year, a birthday and the
figures of a run depend on nothing else.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts import runs as batches
from accounts.checks import ledger_problems
from accounts.closing import close_year, interest_in
from accounts.crediting import credited_in, open_credit_run, post_credit_run
from accounts.ledger import turned
from accounts.models import AccountYear, Credit, LedgerAccount, Run, Transfer
from claims import operations as claims
from claims.bill import line_from
from claims.models import Accumulator, Claim
from members.models import Person
from members.operations import pay_contributions
from policy.models import Figure
from tests.people import (
    ACTOR,
    HEFEI,
    SUIZHOU,
    YANGZHOU,
    YANTAI,
    bill,
    contribute,
    credit,
    done,
    enrol,
    enrol_one,
    enter_figure,
    give_money,
    hospital,
    refused,
    settled,
)

pytestmark = pytest.mark.django_db

MAY = date(2023, 5, 1)
DAY = date(2023, 5, 20)
JULY = date(2024, 7, 1)
LATER = date(2024, 7, 20)


def balances(person: Person, day: date) -> tuple[Decimal, Decimal]:
    """Return the current and the carried-over balance on a day."""
    return turned(LedgerAccount.objects.get(person=person), day)


def taken(used: Claim | Accumulator) -> tuple[Decimal, Decimal]:
    """Return the deductible and the pooled share of a claim or of a year."""
    return used.deductible, used.pool


def yuan(current: str, carried: str) -> tuple[Decimal, Decimal]:
    return Decimal(current), Decimal(carried)


# --- the turn of the day and of the year (17, 18) -------------------------------------------------


@pytest.mark.parametrize(
    ("instant", "today"),
    [
        (datetime(2023, 12, 31, 15, 59, 59, 999999, tzinfo=UTC), date(2023, 12, 31)),
        (datetime(2023, 12, 31, 16, 0, 0, 0, tzinfo=UTC), date(2024, 1, 1)),
        (datetime(2024, 1, 1, 0, 0, 0, 0, tzinfo=UTC), date(2024, 1, 1)),
        (datetime(2024, 2, 28, 16, 0, 0, 0, tzinfo=UTC), date(2024, 2, 29)),
        (datetime(2024, 12, 31, 15, 59, 59, 999999, tzinfo=UTC), date(2024, 12, 31)),
    ],
)
def test_the_day_turns_at_midnight_in_shanghai(instant: datetime, today: date) -> None:
    with time_machine.travel(instant, tick=False):
        assert timezone.localdate() == today


@pytest.mark.parametrize(
    ("second", "in_2023", "in_2024", "pays_from"),
    [
        (59, "600.00", None, ("50.00", "0.00")),
        (60, "600.00", None, ("0.00", "50.00")),
    ],
)
def test_a_visit_of_31_december_counts_in_its_year_whenever_its_message_comes(
    second: int, in_2023: str, in_2024: str | None, pays_from: tuple[str, str]
) -> None:
    """The day of service decides the deductible's year, the day of settlement the balance."""
    lin = enrol_one("lin", area=YANGZHOU)
    give_money({lin: "650.00"}, month=date(2023, 12, 1), day=date(2023, 12, 20))
    care = hospital(YANGZHOU)
    with time_machine.travel(
        datetime(2023, 12, 31, 15, 59, tzinfo=UTC) + timedelta(seconds=second), tick=False
    ):
        today = timezone.localdate()
    claim = done(
        claims.settle(
            bill=bill(lin, care, "600.00", day=today, service_date=date(2023, 12, 31)),
            day=today,
            actor=ACTOR,
        )
    )
    assert claim.deductible == claim.own_paid == Decimal("600.00")
    used = {used.year: used.deductible for used in Accumulator.objects.all()}
    assert used == {2023: Decimal(in_2023)} | ({2024: Decimal(in_2024)} if in_2024 else {})
    assert balances(lin, today) == yuan(*pays_from)
    next_year = settled(lin, care, "100.00", day=date(2024, 1, 2))
    assert next_year.deductible == Decimal("100.00")


def test_no_job_is_needed_for_the_year_to_turn() -> None:
    lin = enrol_one("lin")
    give_money({lin: "100.00"}, month=MAY, day=DAY)
    assert balances(lin, date(2023, 12, 31)) == yuan("100.00", "0.00")
    assert balances(lin, date(2024, 1, 1)) == yuan("0.00", "100.00")


def test_a_refund_of_last_years_claim_comes_back_to_carried_over_and_earns_from_that_day() -> None:
    lin, mei = enrol("lin", "mei")
    give_money({lin: "1000.00", mei: "1000.00"}, month=MAY, day=DAY)
    care = hospital(HEFEI)
    claim = settled(lin, care, "600.00", day=DAY, category="account_only")
    for year in (2023, 2024):
        if year == 2024:
            # Closing 2023 has not waited for the refund, and does not change by it.
            done(claims.refund(number=claim.number, day=date(2024, 3, 1), actor=ACTOR))
            assert balances(lin, date(2024, 3, 1))[0] == Decimal("0.00")
        done(close_year(area=HEFEI, year=year, day=date(year + 1, 1, 1), actor=ACTOR))
    earned = {
        (row.account.person_id, row.year): (row.interest_current, row.interest_carried)
        for row in AccountYear.objects.select_related("account")
    }
    days_2023, days_refunded = 226, 306
    rate, rate_carried = Decimal("0.0035"), Decimal("0.0110")

    def fen(amount: Decimal) -> Decimal:
        return amount.quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")

    first = fen(400 * days_2023 * rate / 365)
    assert earned[lin.pk, 2023] == (first, Decimal(0))
    assert earned[lin.pk, 2024] == (
        Decimal(0),
        fen(((400 + first) * 366 + 600 * days_refunded) * rate_carried / 366),
    )
    whole = fen(1000 * days_2023 * rate / 365)
    assert earned[mei.pk, 2024] == (Decimal(0), fen((1000 + whole) * rate_carried))
    assert balances(lin, date(2025, 1, 1)) == (
        Decimal(0),
        sum((sum(earned[lin.pk, year]) for year in (2023, 2024)), Decimal(1000)),
    )
    assert ledger_problems() == []


def test_the_interest_of_many_accounts_is_what_the_fund_paid() -> None:
    people = enrol(*(f"member {place}" for place in range(12)))
    give_money(
        {person: f"{100 + place * 37}.{place:02d}" for place, person in enumerate(people)},
        month=MAY,
        day=DAY,
    )
    run = done(close_year(area=HEFEI, year=2023, day=date(2024, 1, 3), actor=ACTOR))
    total = sum((earned.total for earned in interest_in(run).values()), Decimal(0))
    fund = LedgerAccount.objects.get(key=f"interest:{HEFEI}")
    paid = sum(t.amount for t in Transfer.objects.filter(from_account=fund))
    assert paid == total == run.amount > 0
    again = done(close_year(area=HEFEI, year=2023, day=date(2024, 1, 4), actor=ACTOR))
    assert interest_in(again) == {}


# --- ages, leap years, the month of retirement (31, 32) -------------------------------------------


@pytest.mark.parametrize(
    ("age", "below", "above"), [(35, "215.00", "235.00"), (45, "235.00", "270.00")]
)
@pytest.mark.parametrize("month", [date(2023, 2, 1), date(2023, 4, 1), date(2023, 12, 1)])
def test_the_rate_turns_with_the_birthday_by_the_last_day_of_the_month(
    age: int, below: str, above: str, month: date
) -> None:
    """Yantai: full years on the last day of the credited month; a day later is the month after."""
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    born = {
        "day before": last - timedelta(days=1),
        "that day": last,
        "day after": last + timedelta(days=1),
    }
    people = {
        name: enrol_one(name, area=YANTAI, born=day.replace(year=day.year - age))
        for name, day in born.items()
    }
    for person in people.values():
        contribute(person, month=month, day=last, base="10000.00")
    run = credit(YANTAI, month=month, day=last)
    amounts = credited_in(run)
    assert {name: amounts[person.pk] for name, person in people.items()} == {
        "day before": Decimal(above),
        "that day": Decimal(above),
        "day after": Decimal(below),
    }


def test_the_rate_for_seventy_turns_with_the_birthday() -> None:
    enter_figure(YANTAI, "average_basic_pension", "4000.00", day=date(2024, 1, 2))
    last = date(2024, 2, 29)
    born = {
        "day before": date(1954, 2, 28),
        "that month's end": date(1954, 2, 28) + timedelta(days=0),
        "day after": date(1954, 3, 1),
    }
    people = {
        name: enrol_one(name, area=YANTAI, born=day, retired_on=date(2014, 1, 1))
        for name, day in born.items()
    }
    amounts = credited_in(credit(YANTAI, month=date(2024, 2, 1), day=last))
    assert [amounts[people[name].pk] for name in born] == [Decimal(100), Decimal(100), Decimal(80)]


def test_an_amount_by_age_never_falls_from_month_to_month_and_rises_once_a_year() -> None:
    """Yantai's retirees until 2023: age x 1.5; one is born on 29 February."""
    retired = {"area": YANTAI, "retired_on": date(2012, 3, 1)}
    leap = enrol_one("leap", born=date(1952, 2, 29), **retired)
    new_year = enrol_one("new year", born=date(1952, 1, 1), **retired)
    amounts: dict[int, list[Decimal]] = {leap.pk: [], new_year.pk: []}
    months = [date(2022, m, 1) for m in range(7, 13)] + [date(2023, m, 1) for m in range(1, 13)]
    for month in months:
        run = credit(YANTAI, month=month, day=date(2024, 1, 5))
        for person_id, amount in credited_in(run).items():
            amounts[person_id].append(amount)
    for series in amounts.values():
        assert series == sorted(series)
        assert len(series) == len(months)
        assert set(series) == {Decimal("105.00"), Decimal("106.50")}
    assert amounts[new_year.pk].count(Decimal("105.00")) == 6
    # In 2023 there is no 29 February: the birthday is over on 1 March at the latest.
    assert amounts[leap.pk].count(Decimal("105.00")) in {7, 8}


@pytest.mark.parametrize(
    ("area", "retired_on", "active", "retired"),
    [
        (HEFEI, date(2023, 3, 31), "100.00", "70.00"),
        (HEFEI, date(2023, 3, 1), "100.00", "70.00"),
        (YANTAI, date(2023, 3, 15), "135.00", "90.00"),
        (SUIZHOU, date(2023, 3, 15), "100.00", "70.00"),
    ],
)
def test_the_month_of_retirement_is_credited_once_and_the_next_as_a_retirees(
    area: str, retired_on: date, active: str, retired: str
) -> None:
    lin = enrol_one("lin", area=area, born=date(1963, 1, 1), retired_on=retired_on)
    march, april = date(2023, 3, 1), date(2023, 4, 1)
    contribute(lin, month=march, day=march)
    not_due = pay_contributions(
        person_id=lin.pk, months=[april], base=Decimal(5000), paid_on=march, actor=ACTOR
    )
    assert refused(not_due) == "not_due"
    for month in (march, april, march, april):
        credit(area, month=month, day=date(2023, 4, 20))
    credited = dict(Credit.objects.filter(person=lin).values_list("month", "amount"))
    assert credited == {march: Decimal(active), april: Decimal(retired)}


# --- figures (22, 23) -----------------------------------------------------------------------------


def test_a_figure_approved_in_mid_run_waits_for_the_next_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Half the members are credited when the new pension is approved: all get the old one."""
    monkeypatch.setattr(batches, "CHUNK_PERSONS", 3)
    day = date(2024, 2, 20)
    enter_figure(YANGZHOU, "average_basic_pension", "4000.00", day=day)
    people = enrol(
        *(f"retiree {place}" for place in range(9)),
        area=YANGZHOU,
        born=date(1955, 5, 5),
        retired_on=date(2015, 5, 5),
    )
    run = done(open_credit_run(area=YANGZHOU, month=date(2024, 1, 1), day=day, actor=ACTOR))
    posting = post_credit_run(run)
    next(posting)
    enter_figure(YANGZHOU, "average_basic_pension", "5000.00", day=day)
    for _ in posting:
        pass
    assert credited_in(run) == {person.pk: Decimal("100.00") for person in people}
    after = credit(YANGZHOU, month=date(2024, 2, 1), day=day)
    assert credited_in(after) == {person.pk: Decimal("125.00") for person in people}


def test_a_run_gone_on_with_by_another_worker_keeps_its_figures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its first worker was killed after a chunk; meanwhile a figure was approved."""
    monkeypatch.setattr(batches, "CHUNK_PERSONS", 3)
    day = date(2024, 2, 20)
    enter_figure(YANGZHOU, "average_basic_pension", "4000.00", day=day)
    people = enrol(
        *(f"retiree {place}" for place in range(9)),
        area=YANGZHOU,
        born=date(1955, 5, 5),
        retired_on=date(2015, 5, 5),
    )
    run = done(open_credit_run(area=YANGZHOU, month=date(2024, 1, 1), day=day, actor=ACTOR))
    next(post_credit_run(run))
    enter_figure(YANGZHOU, "average_basic_pension", "5000.00", day=day)
    for _ in post_credit_run(Run.objects.get(pk=run.pk)):
        pass
    assert credited_in(run) == {person.pk: Decimal("100.00") for person in people}


OUTPATIENT = {
    group: {
        "deductible": {"1": "100.00", "2": "100.00", "3": "100.00"},
        "ratio": {"1": "0.5", "2": "0.5", "3": "0.5"},
        "cap": "1000.00",
    }
    for group in ("active", "retired")
}
RICHER = {
    group: {**terms, "ratio": {"1": "0.9", "2": "0.9", "3": "0.9"}}
    for group, terms in OUTPATIENT.items()
}


def reckoned(claim: Claim) -> list[tuple[str, dict[str, str]]]:
    """Return the steps of a decision with the figures that went in and came out."""
    return [(step["name"], step["figures"]) for step in claim.decision["steps"]]


def test_what_was_decided_under_an_old_figure_comes_out_the_same_again() -> None:
    enter_figure("34", "outpatient", OUTPATIENT, begins_on=date(2023, 1, 1), day=DAY)
    lin = enrol_one("lin")
    contribute(lin, month=MAY, day=DAY)
    care = hospital(HEFEI)
    before = settled(lin, care, "300.00", day=DAY)
    assert before.pool == Decimal("100.00")
    enter_figure("34", "outpatient", RICHER, begins_on=date(2023, 6, 1), day=DAY)
    # Undone and settled anew, with the same lines: the figures of the service date decide.
    done(claims.refund(number=before.number, day=date(2023, 6, 2), actor=ACTOR))
    again = settled(lin, care, "300.00", day=date(2023, 6, 2), service_date=DAY)
    assert (again.deductible, again.pool) == (before.deductible, before.pool)
    assert reckoned(again) == reckoned(Claim.objects.get(pk=before.pk))
    assert [line_from(raw) for raw in again.lines] == claims.lines_of(before)
    later = settled(lin, care, "300.00", day=date(2023, 6, 2))
    assert later.pool == Decimal("270.00")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE policy_figure SET value = '{}'",
        "UPDATE policy_figure SET begins_on = '2020-01-01'",
        "DELETE FROM policy_figure",
    ],
)
def test_a_figure_is_never_changed_in_the_database(statement: str) -> None:
    enter_figure("34", "outpatient", OUTPATIENT, begins_on=date(2023, 1, 1), day=DAY)
    with (
        pytest.raises(DatabaseError, match="Cannot"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Figure.objects.get().value == OUTPATIENT
