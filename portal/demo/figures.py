"""The open figures, entered as examples: proposed by one policy clerk, approved by another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from members.models import User
from policy.operations import propose_figure
from record.changes import approve
from record.models import Change

from .areas import ANHUI, SUIZHOU, YANGZHOU, YANTAI
from .world import DemoError

TITLE = "演示用示例，并非真实文件"


@dataclass(frozen=True, slots=True)
class _Example:
    scope: str
    key: str
    value: Any
    begins_on: date | None
    entered_on: date
    reason: str


def _terms(deductible: str, ratio: tuple[str, str, str], cap: str) -> dict[str, Any]:
    return {
        "deductible": dict.fromkeys("123", deductible),
        "ratio": dict(zip("123", ratio, strict=True)),
        "cap": cap,
    }


def _examples(today: date) -> tuple[_Example, ...]:
    return (
        _Example(
            ANHUI,
            "outpatient",
            {
                "active": _terms("300", ("0.60", "0.55", "0.50"), "2000"),
                "retired": _terms("200", ("0.65", "0.60", "0.55"), "2500"),
            },
            date(2022, 7, 1),
            date(2022, 6, 20),
            "演示：安徽门诊待遇不在所附文件中，录入示例值。",
        ),
        _Example(
            YANGZHOU,
            "average_basic_pension",
            "3300.00",
            None,
            date(2023, 12, 18),
            "演示：改革当年平均基本养老金的示例值。",
        ),
        _Example(
            YANTAI,
            "average_basic_pension",
            "3500.00",
            None,
            date(2024, 1, 15),
            "演示：2023年度平均基本养老金的示例值。",
        ),
        _Example(
            SUIZHOU,
            "in_force_until",
            date(today.year + 1, 12, 31).isoformat(),
            None,
            date(2024, 12, 9),
            "演示：假定文件有效期延长。",
        ),
    )


#: What this autumn's premiums cost, in yuan. Nobody has written these down: they are examples.
PREMIUM_AMOUNTS = {
    "resident_insurance": "420.00",
    "large_amount": "96.00",
    "commercial_supplement": "99.00",
    "long_term_care": "36.00",
}
#: Where the rules name the product.
_PREMIUMS_IN = {
    ANHUI: tuple(PREMIUM_AMOUNTS),
    YANGZHOU: tuple(PREMIUM_AMOUNTS),
    YANTAI: ("resident_insurance", "long_term_care", "commercial_supplement"),
}


def _premiums(today: date) -> Iterator[_Example]:
    """Yield the amounts and the days of collection of this year: from October to its end."""
    for scope, products in _PREMIUMS_IN.items():
        for product in products:
            yield _Example(
                scope,
                "premium_amount",
                {
                    "product": product,
                    "amount": PREMIUM_AMOUNTS[product],
                    "opens": date(today.year, 10, 1).isoformat(),
                    "closes": date(today.year, 12, 31).isoformat(),
                },
                date(today.year, 1, 1),
                date(today.year, 1, 1),
                "演示：当年保费金额和收费期的示例值。",
            )


def enter_figures(*, staff: dict[str, User], today: date) -> None:
    """Enter the example figures, each by two persons."""
    for place, example in enumerate((*_examples(today), *_premiums(today)), start=1):
        change = propose_figure(
            scope=example.scope,
            key=example.key,
            value=example.value,
            begins_on=example.begins_on,
            document_title=TITLE,
            document_number=f"示例{place}号",
            document_date=example.entered_on,
            example=True,
            reason=example.reason,
            by=staff["qian"],
            day=example.entered_on,
        )
        if not isinstance(change, Change):
            raise DemoError(f"figure {example.key}: {change.code}")
        approved = approve(change_id=change.pk, by=staff["feng"], day=example.entered_on)
        if not isinstance(approved, Change):
            raise DemoError(f"figure {example.key}: {approved.code}")
