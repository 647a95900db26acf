"""What a notice says about its own figures, kept beside them as a check.

A check names its clause and what must hold in every outpatient value of its file: the lowest ratio
of all, and what the retired have more or less than the active.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from policy import kinds
from policy.kinds import LEVELS, KindError
from policy.values import Outpatient

AMOUNTS = {
    "lowest_ratio": kinds.ratio,
    "retired_ratio_plus": kinds.ratio,
    "retired_cap_plus": kinds.money,
    "retired_deductible_minus": kinds.money,
}


@dataclass(frozen=True, slots=True)
class OutpatientCheck:
    """The figures of one check; None is not checked."""

    clause: str
    lowest_ratio: Decimal | None = None
    retired_ratio_plus: Decimal | None = None
    retired_cap_plus: Decimal | None = None
    retired_deductible_minus: Decimal | None = None

    def problems(self, value: Outpatient) -> list[str]:
        """What does not hold, in plain words."""
        active, retired = value.active, value.retired
        found: list[str] = []
        lowest = min(*active.ratio.values(), *retired.ratio.values())
        if self.lowest_ratio is not None and lowest != self.lowest_ratio:
            found.append(f"the lowest ratio is {lowest}, not {self.lowest_ratio}")
        for level in LEVELS:
            more = retired.ratio[level] - active.ratio[level]
            if self.retired_ratio_plus is not None and more != self.retired_ratio_plus:
                found.append(
                    f"at level {level} the retired have a ratio {more} above that of the active,"
                    f" not {self.retired_ratio_plus}"
                )
            less = active.deductible[level] - retired.deductible[level]
            if self.retired_deductible_minus is not None and less != self.retired_deductible_minus:
                found.append(
                    f"at level {level} the deductible of the retired is lower by {less},"
                    f" not by {self.retired_deductible_minus}"
                )
        cap = retired.cap - active.cap
        if self.retired_cap_plus is not None and cap != self.retired_cap_plus:
            found.append(f"the cap of the retired is higher by {cap}, not {self.retired_cap_plus}")
        return [f"{text} ({self.clause})" for text in found]


def read_check(raw: object) -> OutpatientCheck:
    """A check as a policy file has it."""
    if not isinstance(raw, Mapping):
        raise KindError("is not a mapping")
    for key in raw:
        if key != "clause" and key not in AMOUNTS:
            raise KindError("unknown key", where=str(key))
    clause = raw.get("clause")
    if not isinstance(clause, str) or not clause.strip():
        raise KindError("is missing", where="clause")
    if len(raw) < 2:
        raise KindError("checks nothing")
    return OutpatientCheck(
        clause=clause,
        **{key: kinds.part(raw, key, read) for key, read in AMOUNTS.items() if key in raw},
    )
