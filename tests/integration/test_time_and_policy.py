"""Time, policy and people: rows 17 to 34 of the threats, and the rows 13, 14 and 16.

Days are days in Asia/Shanghai and come in as arguments; the year's turn, birthdays, the order of
bindings and the figures of a run depend on nothing else.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts import ledger
from accounts import runs as batches
from accounts.checks import ledger_problems
from accounts.closing import close_year, interest_in
from accounts.crediting import credited_in, open_credit_run, post_credit_run
from accounts.ledger import turned
from accounts.models import AccountYear, Credit, LedgerAccount, Run, Transfer
from claims import operations as claims
from claims.bill import line_from
from claims.models import Accumulator, Claim
from families.bindings import bind, unbind
from families.departures import PAYOUT_CHANGE, payout, report_death
from families.models import Binding, Payout, Premium, RecoveryItem
from families.moves import move
from families.premiums import pay_premium
from families.queries import payers_for
from members.models import Enrolment, Person
from members.operations import pay_contributions
from policy.models import Figure
from policy.queries import current_book
from record import changes
from record.models import Change, Role
from tests.people import (
    ACTOR,
    BENGBU,
    HEFEI,
    PROVINCIAL,
    SUIZHOU,
    WUHU,
    YANGZHOU,
    YANTAI,
    balance,
    bill,
    bound,
    contribute,
    credit,
    done,
    enrol,
    enrol_one,
    enter_figure,
    give_money,
    hospital,
    notice,
    refused,
    settled,
    staff,
    try_to_bind,
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


# --- late contributions and gaps (24, 25) ---------------------------------------------------------


@pytest.mark.parametrize(
    ("area", "months"),
    [
        (HEFEI, {"2022-06": None, "2022-07": "100.00", "2023-01": "100.00"}),
        (YANGZHOU, {"2022-12": None, "2023-01": "100.00", "2024-01": "100.00"}),
        (YANTAI, {"2022-11": None, "2022-12": "117.50", "2023-12": "117.50", "2024-01": "100.00"}),
        (SUIZHOU, {"2022-12": None, "2023-01": "100.00", "2024-12": "100.00", "2025-01": None}),
    ],
)
def test_a_month_paid_late_is_priced_by_the_rules_of_that_month(
    area: str, months: dict[str, str | None]
) -> None:
    lin = enrol_one("lin", area=area, born=date(1985, 5, 5))
    days = {date.fromisoformat(f"{month}-01"): amount for month, amount in months.items()}
    done(
        pay_contributions(
            person_id=lin.pk,
            months=list(days),
            base=Decimal("5000.00"),
            paid_on=date(2025, 3, 1),
            actor=ACTOR,
        )
    )
    credit(area, month=max(days), day=date(2025, 3, 2))
    credit(area, month=max(days), day=date(2025, 3, 3))
    credited = dict(Credit.objects.filter(person=lin).values_list("month", "amount"))
    assert credited == {day: Decimal(amount) for day, amount in days.items() if amount}


@pytest.mark.parametrize(
    ("paid_on", "served_on", "in_good_standing"),
    [
        (date(2023, 4, 30), date(2023, 5, 20), True),
        (date(2023, 5, 20), date(2023, 5, 20), True),
        (date(2023, 5, 21), date(2023, 5, 20), False),
        (date(2023, 4, 30), date(2023, 5, 31), True),
        (date(2023, 4, 30), date(2023, 6, 1), False),
        (date(2023, 4, 30), date(2023, 4, 29), False),
    ],
)
def test_a_gap_in_contributions_costs_the_pooled_share_and_not_the_account(
    paid_on: date, served_on: date, in_good_standing: bool
) -> None:
    """The month paid for is April: it stands for April and May, from the day it was paid on."""
    lin = enrol_one("lin", area=YANGZHOU)
    give_money({lin: "500.00"}, month=date(2023, 1, 1), day=date(2023, 1, 5))
    contribute(lin, month=date(2023, 4, 1), day=paid_on)
    claim = settled(
        lin, hospital(YANGZHOU), "700.00", day=max(paid_on, served_on), service_date=served_on
    )
    assert (claim.pool > 0) is in_good_standing
    assert ("not_in_good_standing" in claim.reasons) is not in_good_standing
    assert claim.own_paid == Decimal("500.00")


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


# --- people who leave, and who approves it (26, 27, 12) -------------------------------------------


def test_after_a_death_late_claims_are_settled_without_accounts_and_refunds_are_held() -> None:
    lin, mei = enrol("lin", "mei", area=YANGZHOU)
    give_money({lin: "500.00", mei: "100.00"}, month=MAY, day=DAY)
    bound(lin, mei, day=DAY)
    care = hospital(YANGZHOU)
    shared = settled(mei, care, "150.00", day=DAY)
    assert (shared.own_paid, shared.shared_paid) == (Decimal(100), Decimal(50))
    died_on, told_on = date(2023, 5, 25), date(2023, 6, 1)
    between = settled(lin, care, "10.00", day=date(2023, 5, 26))

    items = done(report_death(person_id=lin.pk, died_on=died_on, day=told_on, actor=ACTOR))
    assert [item.transfer.amount for item in items] == [between.own_paid]
    assert not Binding.objects.filter(ended_on=None).exists()
    late = settled(lin, care, "20.00", day=told_on, service_date=date(2023, 5, 24))
    assert (late.own_paid, late.cash) == (Decimal(0), Decimal(20) - late.pool)
    from_then_on = bill(lin, care, "20.00", day=told_on, service_date=died_on)
    assert refused(claims.settle(bill=from_then_on, day=told_on, actor=ACTOR)) == "member_left"
    undone = done(claims.refund(number=shared.number, day=told_on, actor=ACTOR))
    assert undone.held == {lin.pk: Decimal(50)}
    assert balance(mei) == Decimal(100)

    paid = done(payout(person_id=lin.pk, reason="death", day=date(2023, 6, 10), actor=ACTOR))
    assert paid.amount == Decimal("440.00") + paid.interest
    assert balance(lin) == 0
    again = payout(person_id=lin.pk, reason="death", day=date(2023, 6, 11), actor=ACTOR)
    assert refused(again) == "member_left"
    assert RecoveryItem.objects.count() == Payout.objects.count() == 1
    assert ledger_problems() == []


def test_who_has_left_can_do_nothing_more() -> None:
    lin, mei = enrol("lin", "mei")
    give_money({lin: "100.00"}, month=JULY, day=LATER)
    done(payout(person_id=lin.pk, reason="emigration", day=LATER, actor=ACTOR))
    pay = {"product": "large_amount", "amount": Decimal(1), "day": LATER, "actor": ACTOR}
    tries: dict[str, Callable[[], object]] = {
        "bind": lambda: try_to_bind(lin, mei, day=LATER),
        "be bound": lambda: try_to_bind(mei, lin, day=LATER),
        "move": lambda: move(person_id=lin.pk, area=WUHU, day=LATER, actor=ACTOR),
        "a premium": lambda: pay_premium(insured_id=lin.pk, **pay),  # type: ignore[arg-type]
        "a death": lambda: report_death(person_id=lin.pk, died_on=LATER, day=LATER, actor=ACTOR),
        "a payout": lambda: payout(person_id=lin.pk, reason="death", day=LATER, actor=ACTOR),
        "a contribution": lambda: pay_contributions(
            person_id=lin.pk, months=[date(2024, 6, 1)], base=Decimal(1), paid_on=LATER, actor=ACTOR
        ),
    }
    assert {what: refused(attempt()) for what, attempt in tries.items()} == dict.fromkeys(
        tries, "member_left"
    )
    assert credited_in(credit(HEFEI, month=JULY, day=LATER)) == {}


def test_nobody_approves_a_payout_that_they_proposed() -> None:
    lin = enrol_one("lin")
    give_money({lin: "100.00"}, month=MAY, day=DAY)
    zhou = staff("zhou", Role.Kind.CASE_OFFICER, HEFEI)
    staff("zhou", Role.Kind.REVIEWER, HEFEI)
    wu = staff("wu", Role.Kind.REVIEWER, HEFEI)
    change = done(
        changes.propose(
            kind=PAYOUT_CHANGE.name,
            key=f"payout:{lin.pk}",
            area=HEFEI,
            subject_id=lin.pk,
            payload={"reason": "death", "payees": [{"name": "mei", "share": "1"}]},
            reason="a test",
            by=zhou,
            day=DAY,
        )
    )
    assert isinstance(change, Change)
    with pytest.raises(changes.NotAllowed):
        changes.approve(change_id=change.pk, by=zhou, day=DAY)
    with (
        pytest.raises(DatabaseError, match="change_decided_by_another_person"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE record_change SET state = 'approved', decided_by_id = proposed_by_id,"
            " decided_on = %s WHERE id = %s",
            [DAY, change.pk],
        )
    assert balance(lin) == Decimal("100.00")
    done(changes.approve(change_id=change.pk, by=wu, day=DAY))
    assert balance(lin) == 0


# --- moves and the provincial-direct scheme (28, 29) ----------------------------------------------


def test_a_move_leaves_at_most_one_authorizer_from_another_area() -> None:
    lin, chen = enrol("lin", "chen")
    hai = enrol_one("hai", area=WUHU)
    mei = enrol_one("mei")
    first = bound(lin, mei, day=LATER)
    second = bound(chen, mei, day=LATER)
    third = bound(hai, mei, day=LATER)
    assert [first.cross_area, second.cross_area, third.cross_area] == [False, False, True]
    moved = done(move(person_id=mei.pk, area=WUHU, day=LATER, actor=ACTOR))
    assert [row["code"] for row in moved.ended] == ["cross_area_taken"]
    standing = {b.authorizer_id: b.cross_area for b in Binding.objects.filter(ended_on=None)}
    assert standing == {lin.pk: True, hai.pk: False}
    # And back: the one from Wuhu would be cross-area again, and is; the one from Hefei is not.
    done(move(person_id=mei.pk, area=HEFEI, day=LATER, actor=ACTOR))
    standing = {b.authorizer_id: b.cross_area for b in Binding.objects.filter(ended_on=None)}
    assert standing == {lin.pk: False, hai.pk: True}


@pytest.mark.parametrize(
    ("authorizer_area", "member_area", "answer"),
    [
        (HEFEI, HEFEI, ""),
        (HEFEI, WUHU, ""),
        (PROVINCIAL, HEFEI, "provincial_direct_excluded"),
        (HEFEI, PROVINCIAL, "provincial_direct_excluded"),
        (PROVINCIAL, PROVINCIAL, "provincial_direct_excluded"),
        (PROVINCIAL, YANGZHOU, "provincial_direct_excluded"),
        (YANGZHOU, PROVINCIAL, "provincial_direct_excluded"),
        (HEFEI, YANGZHOU, "out_of_province"),
    ],
)
def test_nobody_of_the_provincial_direct_scheme_is_bound_on_either_side(
    authorizer_area: str, member_area: str, answer: str
) -> None:
    lin = enrol_one("lin", area=authorizer_area)
    mei = enrol_one("mei", area=member_area)
    assert refused(try_to_bind(lin, mei, day=LATER)) == answer


@pytest.mark.parametrize("side", ["authorizer", "member"])
def test_a_binding_of_the_provincial_direct_scheme_would_pay_nothing(side: str) -> None:
    """Even one that a roll made behind the rules' back: asked again when a bill is settled."""
    lin, mei = enrol("lin", "mei")
    give_money({lin: "100.00"}, month=JULY, day=LATER)
    bound(lin, mei, day=LATER)
    excluded = lin if side == "authorizer" else mei
    Enrolment.objects.filter(person=excluded).update(area=PROVINCIAL)
    claim = settled(mei, hospital(HEFEI), "30.00", day=LATER, category="account_only")
    assert (claim.shared_paid, claim.cash) == (Decimal(0), Decimal(30))


def test_the_provincial_direct_scheme_pays_out_and_keeps_no_account() -> None:
    lin = enrol_one("lin", area=PROVINCIAL)
    contribute(lin, month=MAY, day=DAY)
    assert credited_in(credit(PROVINCIAL, month=MAY, day=DAY)) == {lin.pk: Decimal("100.00")}
    assert balance(lin) == 0
    moved = move(person_id=enrol_one("mei").pk, area=PROVINCIAL, day=DAY, actor=ACTOR)
    assert refused(moved) == "provincial_direct_excluded"


# --- premiums to the fen (30) ---------------------------------------------------------------------


@pytest.mark.parametrize("payers", range(1, 8))
@pytest.mark.parametrize("more", ["-0.01", "0.00", "0.01"])
def test_a_premium_is_paid_whole_or_not_at_all_to_the_fen(payers: int, more: str) -> None:
    mei = enrol_one("mei", area=YANGZHOU, scheme="resident")
    relatives = enrol(*(f"relative {place}" for place in range(payers)), area=YANGZHOU)
    amounts = {who: Decimal(f"{10 + place}.{place:02d}") for place, who in enumerate(relatives)}
    give_money(amounts, month=MAY, day=DAY)
    for relative in relatives:
        bound(relative, mei, day=DAY, relation="child")
    asked = sum(amounts.values(), Decimal(0)) + Decimal(more)
    premium = pay_premium(
        insured_id=mei.pk, product="resident_insurance", amount=asked, day=DAY, actor=ACTOR
    )
    left = [balance(who) for who in relatives]
    if Decimal(more) > 0:
        assert refused(premium) == "insufficient_funds"
        assert left == list(amounts.values())
        assert not Transfer.objects.filter(source="premium").exists()
    else:
        assert isinstance(premium, Premium)
        assert left == [Decimal(0)] * (payers - 1) + [-Decimal(more)]
    assert ledger_problems() == []


def test_a_premium_that_breaks_off_between_its_payers_moves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mei = enrol_one("mei", area=YANGZHOU, scheme="resident")
    relatives = enrol("lin", "chen", "hai", area=YANGZHOU)
    give_money(dict.fromkeys(relatives, "10.00"), month=MAY, day=DAY)
    for relative in relatives:
        bound(relative, mei, day=DAY, relation="child")

    def break_off(accounts: list[LedgerAccount]) -> None:
        raise ConnectionError("the machine is gone")

    monkeypatch.setattr(ledger, "save_balances", break_off)
    pay = {"product": "resident_insurance", "amount": Decimal(25), "day": DAY, "actor": ACTOR}
    with pytest.raises(ConnectionError):
        pay_premium(insured_id=mei.pk, **pay)  # type: ignore[arg-type]
    monkeypatch.undo()
    assert not Premium.objects.exists()
    assert ledger_problems() == []
    assert isinstance(pay_premium(insured_id=mei.pk, **pay), Premium)  # type: ignore[arg-type]


# --- the order of payers (33, 34) -----------------------------------------------------------------


def test_payers_are_asked_in_the_order_of_binding_whatever_the_clocks_say() -> None:
    """The machine that binds is two hours ahead, then two behind; one day comes in too early."""
    mei = enrol_one("mei")
    relatives = enrol("lin", "chen", "hai", "jun")
    give_money(dict.fromkeys(relatives, "10.00"), month=JULY, day=LATER)
    now = datetime(2024, 7, 20, 4, 0, tzinfo=UTC)
    clocks = [now + timedelta(hours=2), now - timedelta(hours=2), now, now - timedelta(days=400)]
    days = [LATER, LATER, LATER - timedelta(days=3), LATER]
    for relative, clock, day in zip(relatives, clocks, days, strict=True):
        with time_machine.travel(clock, tick=False):
            bound(relative, mei, day=day)
    claim = settled(mei, hospital(HEFEI), "35.00", day=LATER, category="account_only")
    assert [(p["person"], p["amount"]) for p in claim.decision["payers"]] == [
        (relatives[0].pk, "10.00"),
        (relatives[1].pk, "10.00"),
        (relatives[2].pk, "10.00"),
        (relatives[3].pk, "5.00"),
    ]


def test_a_binding_made_again_takes_the_last_place() -> None:
    mei = enrol_one("mei")
    lin, chen = enrol("lin", "chen")
    bound(lin, mei, day=LATER)
    bound(chen, mei, day=LATER)
    done(unbind(authorizer_id=lin.pk, member_id=mei.pk, day=LATER, actor=ACTOR))
    bound(lin, mei, day=LATER)
    assert _order(mei) == [chen.pk, lin.pk]


def test_bindings_of_the_same_instant_are_asked_in_the_same_order_every_time(
    long: bool,
) -> None:
    mei = enrol_one("mei")
    relatives = enrol("lin", "chen", "hai", "jun", "kai")
    elsewhere = enrol_one("gu", area=BENGBU)
    made = notice()
    with time_machine.travel(datetime(2024, 7, 20, tzinfo=UTC), tick=False):
        for who in (elsewhere, *relatives):
            bind(
                authorizer_id=who.pk,
                member_id=mei.pk,
                relation="spouse",
                notice=made,
                day=LATER,
                actor=ACTOR,
            )
    expected = [*(who.pk for who in relatives), elsewhere.pk]
    # A row that is written anew lies elsewhere on disk; the order must not follow.
    Binding.objects.filter(authorizer=relatives[0]).update(relation="parent")
    assert [_order(mei) for _ in range(1000 if long else 100)].count(expected) == (
        1000 if long else 100
    )


def _order(patient: Person) -> list[int]:
    payers = payers_for(
        patient_id=patient.pk, patient_area=HEFEI, day=LATER, book=current_book(), own=False
    )
    return [payer.person_id for payer in payers]


# --- claims out of order, and given back (13, 14, 16) ---------------------------------------------


def test_claims_that_come_in_any_order_take_the_same_deductible_and_keep_the_cap() -> None:
    """January's visit may come in May: what the year has used is the same in the end."""
    lin = enrol_one("lin", area=YANGZHOU, born=date(1955, 1, 1), retired_on=date(2015, 1, 1))
    care = hospital(YANGZHOU, level=3)
    bills = [("300.00", 1), ("450.50", 2), ("2000.00", 3), ("9000.00", 4)]
    ends = set()
    for order in itertools.permutations(bills):
        with transaction.atomic():
            deductible, pool = Decimal(0), Decimal(0)
            for amount, month in order:
                claim = settled(
                    lin, care, amount, day=date(2023, 5, 31), service_date=date(2023, month, 9)
                )
                assert claim.deductible >= 0
                assert claim.pool >= 0
                deductible += claim.deductible
                pool += claim.pool
            used = Accumulator.objects.get(person=lin)
            assert (used.deductible, used.pool) == (deductible, pool)
            ends.add((deductible, pool))
            transaction.set_rollback(True)
    assert ends == {(Decimal("500.00"), Decimal("7875.35"))}


def test_a_refund_gives_back_what_the_claim_used_and_later_claims_stand() -> None:
    lin = enrol_one("lin", area=YANGZHOU, born=date(1955, 1, 1), retired_on=date(2015, 1, 1))
    care = hospital(YANGZHOU)
    first = settled(lin, care, "500.00", day=DAY)
    second = settled(lin, care, "100.00", day=DAY)
    assert (first.deductible, *taken(second)) == (Decimal(500), Decimal(0), Decimal(80))
    done(claims.refund(number=first.number, day=DAY, actor=ACTOR))
    used = Accumulator.objects.get()
    assert taken(used) == (Decimal(0), Decimal(80))
    third = settled(lin, care, "600.00", day=DAY)
    assert taken(third) == (Decimal(500), Decimal(80))
    assert Claim.objects.get(pk=second.pk).pool == Decimal("80.00")


def test_a_refund_of_all_that_a_storm_of_claims_paid_restores_every_account() -> None:
    mei = enrol_one("mei", area=YANGZHOU)
    relatives = enrol("lin", "chen", area=YANGZHOU)
    everybody = [mei, *relatives]
    give_money(dict.fromkeys(everybody, "40.00"), month=MAY, day=DAY)
    give_money(dict.fromkeys(everybody, "25.50"), month=date(2023, 12, 1), day=date(2023, 12, 3))
    for relative in relatives:
        bound(relative, mei, day=DAY)
    day = date(2024, 2, 3)
    contribute(mei, month=date(2024, 1, 1), day=day)
    give_money(dict.fromkeys(relatives, "11.11"), month=date(2024, 2, 1), day=day)
    before = [balances(who, day) for who in everybody]
    care = hospital(YANGZHOU)
    made = [settled(mei, care, amount, day=day) for amount in ("30.00", "99.99", "12.34", "80.00")]
    assert sum(claim.shared_paid for claim in made) > 0
    for claim in (made[1], made[3], made[0], made[2]):
        done(claims.refund(number=claim.number, day=day, actor=ACTOR))
    assert [balances(who, day) for who in everybody] == before


def test_a_message_sent_again_after_more_than_a_year_has_its_old_answer() -> None:
    lin = enrol_one("lin", area=YANGZHOU)
    give_money({lin: "100.00"}, month=MAY, day=DAY)
    made = bill(lin, hospital(YANGZHOU), "10.00", day=DAY)
    request = claims.RequestKey(key="once", body_hash="a")
    first = done(claims.settle(bill=made, day=DAY, actor=ACTOR, request=request))
    later = DAY + timedelta(days=400)
    again = done(claims.settle(bill=made, day=later, actor=ACTOR, request=request))
    assert again.pk == first.pk
    assert balance(lin) == Decimal("90.00")
