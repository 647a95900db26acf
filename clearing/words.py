"""Words of this room's pages that depend on data."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext, pgettext

from policy.book import load_book

from .periods import Period, Subject


def area_name(code: str) -> str:
    """Return an area's name in the reader's language; an unknown code as it is."""
    area = load_book().areas.get(code)
    if area is None:
        return code
    return area.name_en if (get_language() or "").startswith("en") else area.name


def period_name(period: Period) -> str:
    """Return a period in words: `2024-06 care`, `2024 premiums`."""
    if period.subject == Subject.PREMIUM:
        return gettext("%(period)s, premiums") % {"period": f"{period.first_day:%Y}"}
    named = {"period": f"{period.first_day:%Y-%m}"}
    if period.subject == Subject.MOVE:
        return gettext("%(period)s, moves") % named
    return gettext("%(period)s, care") % named


def clearing_kind(kind: str) -> str:
    """Return what a kind of clearing is called."""
    return {
        "pool": pgettext("kind of clearing", "pooled fund"),
        "own_account": pgettext("kind of clearing", "own account"),
        "shared_account": pgettext("kind of clearing", "shared account"),
        "premium": pgettext("kind of clearing", "premium"),
        "transfer": pgettext("kind of clearing", "balance moved"),
    }.get(kind, kind)


def staff_name(user: Any) -> str:
    """Return the name of a user as it is written in Chinese, the family name first."""
    return f"{user.last_name}{user.first_name}" or str(user.get_username())
