"""The price list of a month in an area: what is credited to whom, pure.

A tariff is plain data, so that one price list serves the single-member function here and the SQL of
a batch. To apply it to a member: first the rules of `no_account` (any that matches: no account);
then the `cells`, of which at most one matches; then the `gaps`, which say why there is no price.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from policy.values import Source

Scheme = Literal["employee", "resident"]
Mode = Literal["combined", "pool_only"]
Employment = Literal["employed", "flexible"]

FEN = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class MemberMonth:
    """A member as the rules of one month see them.

    `retired`: on the first day of the month. `age`: in full years on its last day. `base`: yuan, of
    the contribution that was paid for the month. `earlier_total`: yuan credited in the year that
    the tariff's `earlier_total_year` names. Years of contribution are None where not recorded.
    """

    scheme: Scheme
    mode: Mode
    employment: Employment
    retired: bool
    age: int
    base: Decimal | None = None
    combined_years: Decimal | int | None = None
    pool_only_years: Decimal | int | None = None
    earlier_total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a price is for; None in a field means anyone. Ages are from `age_from` to below
    `age_below`."""

    retired: bool
    employment: str | None = None
    modes: frozenset[str] | None = None
    age_from: int | None = None
    age_below: int | None = None

    def matches(self, member: MemberMonth) -> bool:
        return (
            self.retired == member.retired
            and (self.employment is None or self.employment == member.employment)
            and (self.modes is None or member.mode in self.modes)
            and (self.age_from is None or member.age >= self.age_from)
            and (self.age_below is None or member.age < self.age_below)
        )

    def overlaps(self, other: "Who") -> bool:
        """Whether somebody could match both."""
        return (
            self.retired == other.retired
            and (
                self.employment is None
                or other.employment is None
                or self.employment == other.employment
            )
            and (self.modes is None or other.modes is None or bool(self.modes & other.modes))
            and (
                self.age_below is None or other.age_from is None or other.age_from < self.age_below
            )
            and (
                other.age_below is None or self.age_from is None or self.age_from < other.age_below
            )
        )

    @property
    def name(self) -> str:
        """A short stable name, such as `active.employed.combined.from_35.below_45`."""
        parts = ["retired" if self.retired else "active"]
        if self.employment is not None:
            parts.append(self.employment)
        if self.modes is not None:
            parts.extend(sorted(self.modes))
        if self.age_from is not None:
            parts.append(f"from_{self.age_from}")
        if self.age_below is not None:
            parts.append(f"below_{self.age_below}")
        return ".".join(parts)


@dataclass(frozen=True, slots=True)
class Cell:
    """One price. The amount is the sum of its parts, rounded half up to the fen:

    rate_of_base x base + flat + per_year_of_age x age + earlier total / earlier_total_divisor,
    times combined years / all years where `by_combined_years` and there are pool-only years.
    `flat` is not rounded. `figure` is the source of the entered figure that `flat` is worked out
    from, if any; `source` is then still that of the rule.
    """

    who: Who
    source: Source
    rate_of_base: Decimal = Decimal(0)
    flat: Decimal = Decimal(0)
    per_year_of_age: Decimal = Decimal(0)
    earlier_total_divisor: int | None = None
    by_combined_years: bool = False
    figure: Source | None = None

    @property
    def retired(self) -> bool:
        return self.who.retired

    @property
    def employment(self) -> str | None:
        return self.who.employment

    @property
    def modes(self) -> frozenset[str] | None:
        return self.who.modes

    @property
    def age_from(self) -> int | None:
        return self.who.age_from

    @property
    def age_below(self) -> int | None:
        return self.who.age_below

    @property
    def is_example(self) -> bool:
        """Whether the price rests on a figure that was entered for the demonstration."""
        return "example" in (self.source.standing, self.figure and self.figure.standing)


@dataclass(frozen=True, slots=True)
class Gap:
    """Members whom the tariff prices by a figure that nobody has entered yet."""

    who: Who
    reason: str
    source: Source


@dataclass(frozen=True, slots=True)
class NoAccount:
    """Members who have no personal account; None in a field means anyone.

    `without_combined_year`: only who has no year in combined mode (none recorded, or nil).
    `with_pool_only_years`: only who has years in pool-only mode.
    """

    source: Source
    scheme: str | None = None
    retired: bool | None = None
    employment: str | None = None
    mode: str | None = None
    without_combined_year: bool = False
    with_pool_only_years: bool = False

    @property
    def name(self) -> str:
        """A short stable name, such as `active.pool_only`."""
        parts = [self.scheme] if self.scheme else []
        if self.retired is not None:
            parts.append("retired" if self.retired else "active")
        parts += [part for part in (self.employment, self.mode) if part]
        parts += ["with_pool_only_years"] if self.with_pool_only_years else []
        parts += ["without_combined_year"] if self.without_combined_year else []
        return ".".join(parts)

    def matches(self, member: MemberMonth) -> bool:
        return (
            self.scheme in (None, member.scheme)
            and self.retired in (None, member.retired)
            and self.employment in (None, member.employment)
            and self.mode in (None, member.mode)
            and not (self.without_combined_year and (member.combined_years or 0) > 0)
            and not (self.with_pool_only_years and (member.pool_only_years or 0) <= 0)
        )


@dataclass(frozen=True, slots=True)
class Price:
    """The amount in yuan to credit, and the cell that gave it."""

    amount: Decimal
    cell: Cell


@dataclass(frozen=True, slots=True)
class Unpriced:
    """No price is known, so nothing is guessed. The reasons: `no_price_in_force`,
    `average_basic_pension_missing`, `earlier_total_missing`, `base_missing`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Tariff:
    """The price list of a month (`month` is its first day) in an area."""

    area: str
    month: date
    cells: tuple[Cell, ...]
    gaps: tuple[Gap, ...]
    no_account: tuple[NoAccount, ...]
    earlier_total_year: int | None

    def has_account(self, who: MemberMonth) -> NoAccount | None:
        """The rule by which the member has no account, or None where they have one.

        This does not depend on a price being in force.
        """
        return has_account(rules=self.no_account, who=who)

    def price(self, who: MemberMonth) -> Price | NoAccount | Unpriced:
        """What the month is worth to the member."""
        none = self.has_account(who)
        if none is not None:
            return none
        for cell in self.cells:
            if cell.who.matches(who):
                return _price_of(cell=cell, who=who)
        for gap in self.gaps:
            if gap.who.matches(who):
                return Unpriced(reason=gap.reason)
        return Unpriced(reason="no_price_in_force")


def has_account(*, rules: Iterable[NoAccount], who: MemberMonth) -> NoAccount | None:
    """The first rule by which the member has no account, or None where they have one."""
    return next((rule for rule in rules if rule.matches(who)), None)


def _price_of(*, cell: Cell, who: MemberMonth) -> Price | Unpriced:
    """The cell's amount for the member, rounded once, half up to the fen."""
    amount = cell.flat + cell.per_year_of_age * who.age
    if cell.rate_of_base:
        if who.base is None:
            return Unpriced(reason="base_missing")
        amount += cell.rate_of_base * who.base
    if cell.earlier_total_divisor is not None:
        if who.earlier_total is None:
            return Unpriced(reason="earlier_total_missing")
        amount += who.earlier_total / cell.earlier_total_divisor
    if cell.by_combined_years and (who.pool_only_years or 0) > 0:
        combined = Decimal(who.combined_years or 0)
        # Multiplied before it is divided, so that an exact half of a fen stays exact.
        amount = amount * combined / (combined + Decimal(who.pool_only_years or 0))
    return Price(amount=amount.quantize(FEN, rounding=ROUND_HALF_UP), cell=cell)
