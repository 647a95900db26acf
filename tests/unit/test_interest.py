"""Interest of a year: its stretches against the form of the law, day by day."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from accounts.interest import Interest, Movement, RatePeriod, interest, stretches

DEMAND, THREE_MONTH = Decimal("0.0035"), Decimal("0.0110")


def day_by_day(
    year: int,
    opening: Decimal,
    movements: list[Movement],
    through: date,
    rates: list[RatePeriod],
) -> Interest:
    """The end-of-day balance of each day at that day's rates, summed, over the year's days."""
    sums = {"current": Decimal(0), "carried": Decimal(0)}
    balances = {"current": Decimal(0), "carried": opening}
    day = date(year, 1, 1)
    while day <= through:
        for movement in movements:
            if movement.value_date == day:
                balances[movement.bucket] += movement.amount
        rate = next(rate for rate in rates if rate.first <= day <= rate.last)
        sums["current"] += balances["current"] * rate.demand
        sums["carried"] += balances["carried"] * rate.three_month
        day += timedelta(days=1)
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    fen = Decimal("0.01")
    return Interest(
        *((sums[name] / days).quantize(fen, ROUND_HALF_UP) for name in ("current", "carried"))
    )


def whole_year(year: int) -> list[RatePeriod]:
    return [RatePeriod(date(year, 1, 1), date(year, 12, 31), DEMAND, THREE_MONTH)]


def test_carried_over_money_held_all_year_earns_exactly_its_rate() -> None:
    for year in (2023, 2024):
        earned = interest(
            year=year,
            opening=Decimal("1000.00"),
            movements=[],
            through=date(year, 12, 31),
            rates=whole_year(year),
        )
        assert earned == Interest(Decimal("0.00"), Decimal("11.00"))


def test_money_of_the_first_day_earns_the_demand_rate_of_the_year() -> None:
    movement = Movement(date(2023, 1, 1), "current", Decimal("100.00"))
    earned = interest(
        year=2023,
        opening=Decimal(0),
        movements=[movement],
        through=date(2023, 12, 31),
        rates=whole_year(2023),
    )
    assert earned.current == Decimal("0.35")


@given(
    year=st.sampled_from([2023, 2024]),
    opening=st.integers(0, 5_000_00),
    moves=st.lists(
        st.tuples(
            st.integers(0, 364), st.sampled_from(["current", "carried"]), st.integers(-9999, 9999)
        ),
        max_size=12,
    ),
    last=st.integers(0, 364),
    change=st.integers(1, 364),
)
def test_the_sum_over_stretches_is_the_sum_over_the_days(
    year: int, opening: int, moves: list[tuple[int, str, int]], last: int, change: int
) -> None:
    begin = date(year, 1, 1)
    change_day = begin + timedelta(days=change)
    rates = [
        RatePeriod(begin, change_day - timedelta(days=1), DEMAND, THREE_MONTH),
        RatePeriod(change_day, date(year, 12, 31), Decimal("0.0020"), Decimal("0.0085")),
    ]
    # Balances stay above nil, as the ledger keeps them.
    movements = [
        Movement(begin, "current", Decimal(2_000)),
        Movement(begin, "carried", Decimal(2_000)),
    ]
    movements += [
        Movement(begin + timedelta(days=day), bucket, Decimal(fen) / 100)
        for day, bucket, fen in moves
    ]
    through = begin + timedelta(days=last)
    balance = Decimal(opening) / 100
    facts: dict[str, Any] = {
        "year": year,
        "opening": balance,
        "movements": movements,
        "through": through,
        "rates": rates,
    }
    assert interest(**facts) == day_by_day(year, balance, movements, through, rates)
    for bucket in ("current", "carried"):
        laid_out = [each for each in stretches(**facts) if each.bucket == bucket]
        days = [each.first + timedelta(n) for each in laid_out for n in range(each.days)]
        assert days == sorted(set(days)), "no day counts twice"
        assert all(begin <= day <= through for day in days)


def test_a_stretch_ends_where_the_balance_moves_or_the_rate_changes() -> None:
    laid_out = stretches(
        year=2024,
        opening=Decimal("100.00"),
        movements=[
            Movement(date(2024, 3, 1), "carried", Decimal("-40.00")),
            Movement(date(2024, 3, 1), "carried", Decimal("10.00")),
            Movement(date(2024, 12, 1), "carried", Decimal("-70.00")),
        ],
        through=date(2024, 12, 31),
        rates=[
            RatePeriod(date(2024, 1, 1), date(2024, 6, 30), DEMAND, THREE_MONTH),
            RatePeriod(date(2024, 7, 1), date(2024, 12, 31), DEMAND, Decimal("0.0085")),
        ],
    )
    assert [(each.first, each.days, each.balance, each.rate) for each in laid_out] == [
        (date(2024, 1, 1), 60, Decimal("100.00"), THREE_MONTH),
        (date(2024, 3, 1), 122, Decimal("70.00"), THREE_MONTH),
        (date(2024, 7, 1), 153, Decimal("70.00"), Decimal("0.0085")),
    ]
