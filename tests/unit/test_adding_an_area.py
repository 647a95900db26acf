"""`docs/how-to-add-an-area.md` alone is enough: its own examples, put together, make an area."""

from __future__ import annotations

import re
import shutil
import textwrap
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import policy
from policy.book import PolicyError, load_book

INSTALLED = Path(policy.__file__).parent
PAGE = INSTALLED.parent / "docs" / "how-to-add-an-area.md"
#: What the examples leave to the reader, and what makes them those of one new area.
FILLED_IN = {
    '"321000"': '"330100"', "扬州": "杭州", "Yangzhou": "Hangzhou", "YZ": "HZ", "YT": "HZ",
    "title: …": "title: 杭州市实施细则", "title_en: …": "title_en: Hangzhou, measure",
    "from: …": "from: 2023-01-01\n      document: HZ\n      clause: HZ-1",
    # The group whose example is left out is the other one's.
    "retired: {…}": "retired: {deductible: {1: 400, 2: 700, 3: 700}, cap: 2800,"
    " ratio: {1: 0.80, 2: 0.70, 3: 0.60}}",
    "note: …": "note: as the notice says",
    # What the other examples say of their own figures.
    "lowest_ratio: 0.60": "lowest_ratio: 0.50",
}  # fmt: skip


def examples() -> list[str]:
    """The page's blocks of YAML, filled in for Hangzhou, in their order."""
    found = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for old, new in FILLED_IN.items():
        found = [block.replace(old, new) for block in found]
    return [textwrap.dedent(block) for block in found]


def the_file(takes_over: list[str]) -> str:
    form, value, left_open, outpatient, tariff, no_account, checks = examples()
    head = form[: form.index("stated:")]
    sourced = "\n    from: always\n    document: HZ\n    clause: HZ-2"
    stated = [
        value.removeprefix("stated:\n"),
        *(
            textwrap.indent(block, "  ")
            for block in (outpatient, tariff, no_account.rstrip() + sourced + "\n")
        ),
    ]
    over = "\n".join(f"  - {name}" for name in takes_over)
    return (
        f"{head}stated:\n{''.join(stated)}\ntakes_over:\n{over or '  []'}\n\n{left_open}\n{checks}"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(INSTALLED / "national.yaml", tmp_path)
    shutil.copytree(INSTALLED / "areas", tmp_path / "areas")
    return tmp_path


def test_the_page_s_examples_make_an_area_once_each_reading_was_looked_at(folder: Path) -> None:
    file = folder / "areas" / "330100.yaml"
    file.write_text(the_file([]), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_book(folder)
    # The loader says which readings are still to be decided, and nothing else is wrong but a check.
    told = [str(problem) for problem in caught.value.problems]
    missing = [
        found.group(1)
        for line in told
        if (found := re.search(r"takes_over: (\w+) is missing", line))
    ]
    assert len(missing) > 30
    assert len(missing) == len(told), told
    file.write_text(the_file(missing), encoding="utf-8")
    book = load_book(folder)
    rules = book.rules("330100", date(2023, 6, 1))
    assert rules.sharing_open.value is True
    assert rules.outpatient is not None
    assert rules.outpatient.value.active.cap == Decimal(1800)
    assert book.areas["330100"].name == "杭州"
