"""No ID number reaches a log, by whatever way it came into the line."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import StringIO
from logging.config import dictConfig

import pytest
import structlog

from config.logs import logging_settings, mask_id_numbers

NUMBER = "340199199001010015"
WITH_LETTER = "34019919900101001X"


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What a process with the portal's logging writes, as JSON."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    dictConfig(logging_settings(level="INFO", as_json=True))
    stream = StringIO()
    handler = next(one for one in root.handlers if isinstance(one, logging.StreamHandler))
    handler.setStream(stream)
    yield stream
    root.handlers[:], root.level = before[0], before[1]


@pytest.mark.parametrize("number", [NUMBER, WITH_LETTER, WITH_LETTER.lower()])
def test_a_message_a_value_and_a_traceback_are_masked(written: StringIO, number: str) -> None:
    logging.getLogger("portal").info("looked up %s", number)
    structlog.get_logger("portal").info("member.found", who=number, nested={"numbers": [number]})
    try:
        raise ValueError(number)
    except ValueError:
        logging.getLogger("portal").exception("failed")
    lines = written.getvalue()
    assert len(lines.splitlines()) == 3
    assert number not in lines
    assert lines.count("[id number]") >= 4


@pytest.mark.parametrize("text", ["9" * 17, "9" * 19, f"ab{NUMBER}", "2026-11-22T01:02:03.123456"])
def test_other_numbers_stay(text: str) -> None:
    assert mask_id_numbers(text) == text
