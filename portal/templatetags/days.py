"""Days and moments as members read them: 9 月 18 日 in a sentence, 2025-09-18 in a table.

All filters give plain text. A moment is shown in the portal's time zone (Asia/Shanghai).
"""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext

register = template.Library()


def _local(value: dt.date) -> dt.date:
    """A moment in the portal's own time; a day stays as it is."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _parts(value: dt.date) -> dict[str, object]:
    """The figures of a day and the month's name, for the translated patterns below."""
    return {
        "year": value.year,
        "month": value.month,
        "month_name": str(MONTHS[value.month]),
        "day": value.day,
    }


@register.filter
def day(value: dt.date | None) -> str:
    """Day and month: `9 月 18 日`, `18 September`."""
    if not value:
        return ""
    # Translators: month is the month's number, month_name its name; use one of them.
    return gettext("%(day)d %(month_name)s") % _parts(_local(value))


@register.filter
def full_day(value: dt.date | None) -> str:
    """Day, month and year: `2025 年 9 月 18 日`, `18 September 2025`."""
    if not value:
        return ""
    return gettext("%(day)d %(month_name)s %(year)d") % _parts(_local(value))


@register.filter
def clock(value: dt.datetime | None) -> str:
    """The time of day to the second: `10:42:30`."""
    return f"{_local(value):%H:%M:%S}" if value else ""


@register.filter
def month(value: dt.date | None) -> str:
    """The month alone: `9 月`, `September`."""
    if not value:
        return ""
    return gettext("%(month_name)s") % _parts(_local(value))


@register.filter
def full_month(value: dt.date | None) -> str:
    """Month and year: `2025 年 9 月`, `September 2025`."""
    if not value:
        return ""
    return gettext("%(month_name)s %(year)d") % _parts(_local(value))


@register.filter
def table_day(value: dt.date | None) -> str:
    """The form of tables and records: `2025-09-18`."""
    return f"{_local(value):%Y-%m-%d}" if value else ""


@register.filter
def table_moment(value: dt.datetime | None) -> str:
    """The form of tables and records, to the minute: `2025-09-18 08:00`."""
    return f"{_local(value):%Y-%m-%d %H:%M}" if value else ""


@register.filter
def moment(value: dt.datetime | None) -> str:
    """Day and time: `9 月 18 日 08:00`, `18 September, 08:00`."""
    if not value:
        return ""
    local = _local(value)
    return gettext("%(day)s, %(time)s") % {"day": day(local), "time": f"{local:%H:%M}"}
