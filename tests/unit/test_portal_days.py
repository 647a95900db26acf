"""Days and moments as members read them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils.translation import override

from portal.templatetags import days

DAY = dt.date(2025, 9, 8)
# Half past midnight in Shanghai, still the day before in UTC.
NIGHT = dt.datetime(2025, 9, 7, 16, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("language", "day", "full", "month", "moment"),
    [
        ("zh-hans", "9 月 8 日", "2025 年 9 月 8 日", "9 月", "9 月 8 日 00:30"),
        ("en", "8 September", "8 September 2025", "September", "8 September, 00:30"),
    ],
)
def test_a_day_is_written_as_its_language_does(
    language: str, day: str, full: str, month: str, moment: str
) -> None:
    with override(language):
        assert days.day(DAY) == day
        assert days.full_day(DAY) == full
        assert days.month(DAY) == month
        assert days.moment(NIGHT) == moment


def test_tables_use_the_same_form_in_every_language() -> None:
    assert days.table_day(DAY) == "2025-09-08"
    assert days.table_moment(NIGHT) == "2025-09-08 00:30"
    assert days.table_day(None) == ""
