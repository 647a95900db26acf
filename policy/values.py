"""What the policy files are made of: sources, dated values and the shapes of single values.

Pure data: no Django, no database, no clock. Money is `Decimal` in yuan, ratios are `Decimal` from
0 to 1, days are `datetime.date` in Asia/Shanghai, a month is the date of its first day.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

T = TypeVar("T")

Standing = Literal["stated", "assumed", "open", "example"]

# The scope of what holds in every province, as areas have six digits and provinces two.
NATIONAL = "00"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a policy file or figure, in plain words."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.key, self.reason) if part)


class PolicyError(Exception):
    """The policy cannot be used as it is; `problems` holds every reason that was found."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class UnknownAreaError(LookupError):
    """No policy file lists a pooling area with this code."""


class NoRateInForceError(LookupError):
    """No deposit rate is in force on a day that interest is asked for."""


@dataclass(frozen=True, slots=True)
class Area:
    """A pooling area (统筹地区); `province` is the first two digits of its code."""

    code: str
    name: str
    name_en: str
    province: str


@dataclass(frozen=True, slots=True)
class Document:
    """A notice, or another paper that figures come from.

    `issued` is a day (2022-06-01) or, where only that is known, a month (2022-10).
    `valid_to` is the last day of a notice that runs out by itself.
    """

    id: str
    number: str
    title: str
    title_en: str
    issued: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from and for which days it holds.

    `document` is a document's id (for a figure that staff entered: the document's title), `number`
    its number. `decided_by` (area, province or national) says who may change an assumed value.
    `begins` None means from the beginning, `ends` None means until further notice. `figure_id` is
    the figure, entered by staff, that gave or prolonged the value.
    """

    document: str
    clause: str
    standing: Standing
    number: str = ""
    decided_by: str | None = None
    note: str | None = None
    note_zh: str | None = None
    begins: date | None = None
    ends: date | None = None
    figure_id: int | None = None

    def as_json(self) -> dict[str, str | int | None]:
        """The source as plain JSON, for a stored decision."""
        return {
            "document": self.document,
            "number": self.number,
            "clause": self.clause,
            "standing": self.standing,
            "decided_by": self.decided_by,
            "note": self.note,
            "note_zh": self.note_zh,
            "begins": self.begins.isoformat() if self.begins else None,
            "ends": self.ends.isoformat() if self.ends else None,
            "figure_id": self.figure_id,
        }


@dataclass(frozen=True, slots=True)
class Value(Generic[T]):
    """A value in force, with its source."""

    value: T
    source: Source


@dataclass(frozen=True, slots=True)
class Dated:
    """A value as a file has it. `until_notice`: its end is that of its notice, so a figure
    `in_force_until` prolongs it."""

    value: Any
    source: Source
    until_notice: bool = False

    def holds_on(self, day: date) -> bool:
        return holds_on(self.source, day)


@dataclass(frozen=True, slots=True)
class Terms:
    """The outpatient terms of one group: deductible (yuan) and ratio by level 1 to 3, yearly cap.

    `clauses` names the clause of a part (deductible, ratio, cap) where it is not the value's own.
    """

    deductible: Mapping[int, Decimal]
    ratio: Mapping[int, Decimal]
    cap: Decimal
    clauses: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Outpatient:
    """What the pooled fund pays for general outpatient care, for the active and the retired."""

    active: Terms
    retired: Terms

    def terms(self, *, retired: bool) -> Terms:
        """The terms of one group."""
        return self.retired if retired else self.active

    def source_of(self, part: str, *, retired: bool, source: Source) -> Source:
        """The value's source, with the clause of one part: deductible, ratio or cap."""
        clause = self.terms(retired=retired).clauses.get(part)
        return replace(source, clause=clause) if clause else source


@dataclass(frozen=True, slots=True)
class Premium:
    """Whose accounts may pay a premium: the insured person's own, their authorizers'."""

    own: bool
    relatives: bool


@dataclass(frozen=True, slots=True)
class PremiumAmount:
    """What a premium costs in yuan, and the first and last day on which it is collected."""

    amount: Decimal
    opens: date
    closes: date


@dataclass(frozen=True, slots=True)
class DepositRates:
    """Yearly rates: demand deposit, and lump sum for three months."""

    demand: Decimal
    three_month: Decimal


@dataclass(frozen=True, slots=True)
class RatePeriod:
    """The deposit rates of the days from `first` to `last`, both included."""

    first: date
    last: date
    demand: Decimal
    three_month: Decimal
    source: Source


@dataclass(frozen=True, slots=True)
class RunLimits:
    """How far a month's run may differ from the month before and still be posted by itself.

    Each is a ratio of the month before: of its total in yuan, of the number of its members.
    """

    amount_change: Decimal
    members_change: Decimal


def holds_on(source: Source, day: date) -> bool:
    """Whether a value with this source is in force on the day."""
    return (source.begins is None or source.begins <= day) and (
        source.ends is None or day <= source.ends
    )


def periods_overlap(one: Source, other: Source) -> bool:
    """Whether there is a day on which both hold."""
    return (one.begins is None or other.ends is None or one.begins <= other.ends) and (
        other.begins is None or one.ends is None or other.begins <= one.ends
    )


def covered(by: Collection[Source], period: Source) -> bool:
    """Whether these sources together hold on every day of the period."""
    first = period.begins
    while True:
        holding = next(
            (
                source
                for source in by
                if (source.begins is None if first is None else holds_on(source, first))
            ),
            None,
        )
        if holding is None:
            return False
        if holding.ends is None or (period.ends is not None and holding.ends >= period.ends):
            return True
        first = holding.ends + timedelta(days=1)
