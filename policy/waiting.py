"""What has waited for a figure in this room: bills that were refused because no rule was there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext

from .counting import refused_since
from .touching import Touch

#: Figures without which a bill is refused.
_DECIDE_BILLS = frozenset({"outpatient", "in_force_until"})


def touched(areas: Sequence[str], key: str, begins: date | None) -> list[Touch]:
    """Return how often a bill was refused for want of a figure since its first day."""
    if key not in _DECIDE_BILLS:
        return []
    number = refused_since(code="no_policy_in_force", areas=areas, first=begins)
    return [Touch(text=gettext("bills refused because no rule was in force"), number=number)]
