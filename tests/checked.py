"""Bindings for tests of the after-check: a couple, and one that is drawn because of its ages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from families.checking.drawing import draw_checks
from families.models import Binding, BindingCheck, CheckDraw
from members.models import User
from tests.people import ACTOR, bound, enrol_one

TODAY = timezone.localdate()
MONTH = TODAY.replace(day=1)
LAST_MONTH = MONTH - timedelta(days=1)


def couple(day: date = TODAY, **facts: Any) -> Binding:
    lin, mei = enrol_one("林志远", **facts), enrol_one("梅晓云", **facts)
    return bound(lin, mei, day=day)


def drawn(day: date = TODAY) -> BindingCheck:
    """A couple's binding, drawn because the ages do not fit."""
    lin = enrol_one("林志远", born=date(1985, 5, 5))
    mei = enrol_one("梅晓云", born=TODAY.replace(year=TODAY.year - 18, day=1))
    binding = bound(lin, mei, day=day)
    draw_checks(day=day, actor=ACTOR)
    return BindingCheck.objects.get(binding=binding)


def checks_of_many(*, binding: Binding, by: User, day: date) -> None:
    """Make fifty samples, and fifty closed checks of a binding: for lists."""
    CheckDraw.objects.bulk_create(
        CheckDraw(
            area="340100", share="0.05", seed=f"{n:032d}",
            month=date(2020 + n // 12, 1 + n % 12, 1),
            bindings=20, drawn=1, day=day,
        )
        for n in range(50)
    )  # fmt: skip
    BindingCheck.objects.bulk_create(
        BindingCheck(
            binding=binding, area="340100", reasons=[{"rule": "sample"}],
            drawn_on=day, due_on=day, verdict="true", closed_on=day,
            closed_by=by, note="n",
        )
        for _ in range(50)
    )  # fmt: skip
