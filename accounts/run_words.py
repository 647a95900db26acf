"""What a run is, what it left out and why it waits, in words for staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from policy.saying import skip_words, yuan

from .models import Run
from .run_queries import NOT_LISTED


@dataclass(frozen=True, slots=True)
class Skipped:
    """A reason of a run with its number of months, what it means and what to do; `is_listed`: the
    members can be looked at."""

    reason: str
    number: int
    what: str
    todo: str
    is_listed: bool


def kind_words(run: Run, disbursing: frozenset[str]) -> str:
    """Return what kind of run it is; where credits are paid out by bank it is a disbursement."""
    if run.kind == Run.Kind.CREDIT and run.area in disbursing:
        return gettext("disbursement")
    return str(run.get_kind_display())


def period_words(run: Run) -> str:
    """Return the month or the year that a run is for."""
    return f"{run.period:%Y}" if run.kind == Run.Kind.INTEREST else f"{run.period:%Y-%m}"


def skipped_words(skipped: Mapping[str, int]) -> list[Skipped]:
    """Return the reasons for which months were left out, the most frequent first."""
    return [
        Skipped(reason, number, *skip_words(reason), is_listed=reason not in NOT_LISTED)
        for reason, number in sorted(skipped.items(), key=lambda item: (-item[1], item[0]))
    ]


def why_it_waits(run: Run) -> list[str]:
    """Return why a counted run waits for a person, in sentences."""
    sentences = []
    for reason in run.comparison.get("reasons", []):
        match reason["code"]:
            case "no_month_before":
                text = gettext("There is no run of the month before to compare with.")
            case "members":
                text = gettext("%(now)s members instead of %(before)s the month before.") % reason
            case _:
                text = gettext("%(now)s instead of %(before)s the month before.") % {
                    name: yuan(Decimal(reason[name])) for name in ("now", "before")
                }
        sentences.append(text)
    return sentences
