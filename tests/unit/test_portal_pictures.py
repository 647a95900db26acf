"""The geometry of bars and waterfalls, and what may stand in a template."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import get_template
from hypothesis import given
from hypothesis import strategies as st

from portal import pictures
from portal.templatetags.masks import initial, masked_id, masked_phone

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

fen = st.integers(min_value=0, max_value=10**9).map(lambda n: Decimal(n) / 100)


@given(st.lists(fen, min_size=1, max_size=9))
def test_parts_of_a_bar_touch_and_end_where_the_bar_does(amounts: list[Decimal]) -> None:
    spans = pictures.spans(amounts)
    if not any(amounts):
        assert all(span.width == 0 for span in spans)
        return
    reached = Decimal(0)
    for span in spans:
        assert span.start == reached
        assert span.width >= 0
        reached += span.width
    assert reached == 100


def test_a_waterfall_begins_where_the_payer_before_ends() -> None:
    amounts = [Decimal(120), Decimal(180), Decimal(200), Decimal(0)]
    spans = pictures.spans(amounts, whole=Decimal(500))
    assert [int(span.start) for span in spans[:3]] == [0, 24, 60]
    assert [int(span.width) for span in spans] == [24, 36, 40, 0]
    left = pictures.remainders(amounts, whole=Decimal(500))
    assert [int(rest) for rest in left] == [380, 200, 0, 0]


def test_what_identifies_a_person_is_masked() -> None:
    assert masked_id("340104195503120028") == "3401**********0028"
    assert masked_id("3401**********0028") == "3401**********0028"
    assert masked_id("12345678") == "********"
    assert masked_phone("13800002208") == "138****2208"
    assert initial(" 许静安") == "许"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_compiles_and_needs_nothing_inline(path: Path) -> None:
    get_template(str(path.relative_to(ROOT / "templates")))
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"""\sstyle\s*=\s*["']""", text)
    assert not re.search(r"""\son[a-z]+\s*=\s*["']""", text)
    # A data block (application/json) is no script; everything else comes from a file.
    for attributes in re.findall(r"<script([^>]*)>", text):
        assert "src=" in attributes or "application/json" in attributes


def test_every_icon_that_a_template_names_is_there() -> None:
    names = {
        name
        for path in TEMPLATES
        for name in re.findall(r'{% icon "([a-z0-9-]+)" %}', path.read_text(encoding="utf-8"))
    }
    assert names
    engine = engines["django"]
    for name in names:
        drawn = engine.from_string('{% load pictures %}{% icon "' + name + '" %}').render()
        assert 'aria-hidden="true"' in drawn
        assert "<path" in drawn
