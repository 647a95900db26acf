"""What the loader refuses, each with file, key and reason; the installed files are the example."""

import shutil
from datetime import date
from pathlib import Path

import pytest

import policy
from policy.book import EnteredFigure, PolicyError, load_book

INSTALLED = Path(policy.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the installed policy files that a test may spoil."""
    shutil.copy(INSTALLED / "national.yaml", tmp_path)
    shutil.copytree(INSTALLED / "areas", tmp_path / "areas")
    return tmp_path


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(folder: Path) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        load_book(folder)
    lines = [str(problem) for problem in caught.value.problems]
    assert all("\n" not in line for line in lines)
    assert str(caught.value) == "\n".join(lines)
    return lines


YZ = "areas/321000.yaml"
YT = "areas/370600.yaml"
SZ = "areas/421300.yaml"
AH = "areas/34.yaml"
DIRECT = "areas/349900.yaml"
NATION = "national.yaml"
RATIO = "ratio: {1: 0.70, 2: 0.65, 3: 0.60}"
OUT = "areas/321000.yaml: stated.outpatient[0]"


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        pytest.param(
            YZ, RATIO, RATIO.replace("0.70", "1.70"),
            f"{OUT}.value.active.ratio.1: 1.70 is over 1 (write 65% as 0.65)",
            id="a ratio over 1",
        ),
        pytest.param(
            YZ, RATIO, RATIO.replace("0.70", "-0.70"),
            f"{OUT}.value.active.ratio.1: -0.70 is negative",
            id="a ratio below 0",
        ),
        pytest.param(
            YZ, "cap: 7000", "cap: -7000", f"{OUT}.value.active.cap: -7000 is negative",
            id="a negative amount",
        ),
        pytest.param(
            YZ, "cap: 7000", "cap: 7000.005",
            f"{OUT}.value.active.cap: 7000.005 has more than two decimals",
            id="an amount finer than a fen",
        ),
        pytest.param(
            YZ, "cap: 7000", "cap: lots",
            f"{OUT}.value.active.cap: 'lots' is not a number (write it plainly, such as 600 or"
            " 0.65)",
            id="a word for a number",
        ),
        pytest.param(
            YZ, "cap: 7000", "cap: yes",
            f"{OUT}.value.active.cap: 'yes' is not a number (write it plainly, such as 600 or"
            " 0.65)",
            id="a truth for a number",
        ),
        pytest.param(
            YZ, "cap: 7000", "cap: 7e3",
            f"{OUT}.value.active.cap: '7e3' is not a number (write it plainly, such as 600 or"
            " 0.65)",
            id="a number with an exponent",
        ),
        pytest.param(
            YZ, "cap: 7000", "ceiling: 7000", f"{OUT}.value.active.ceiling: unknown key",
            id="an unknown part",
        ),
        pytest.param(
            YZ, RATIO, "ratio: {1: 0.70, 2: 0.65}", f"{OUT}.value.active.ratio.3: is missing",
            id="a level left out",
        ),
        pytest.param(
            YZ, "  outpatient:\n    - value:", "  outpatients:\n    - value:",
            "areas/321000.yaml: stated.outpatients: unknown key",
            id="an unknown key",
        ),
        pytest.param(
            YZ, "stated:", "remarks: none\nstated:",
            "areas/321000.yaml: remarks: unknown key; there are scope, areas, documents, stated,"
            " assumed, open, takes_over, checks",
            id="an unknown section",
        ),
        pytest.param(
            YZ, "      clause: YZ-7a\n", "      clause: YZ-7a\n      colour: red\n",
            f"{OUT}.colour: unknown key",
            id="an unknown key beside a value",
        ),
        pytest.param(
            YZ, "      from: 2023-01-01\n", "", f"{OUT}.from: is missing", id="no first day"
        ),
        pytest.param(YZ, "      document: YZ\n", "", f"{OUT}.document: is missing", id="no paper"),
        pytest.param(YZ, "      clause: YZ-7a\n", "", f"{OUT}.clause: is missing", id="no clause"),
        pytest.param(
            YZ, "      clause: YZ-7a\n", "      clause: 7\n", f"{OUT}.clause: 7 is not text",
            id="a number for a clause",
        ),
        pytest.param(
            YZ, "      clause: YZ-7a\n", "      clause: SZ-8a\n",
            f"{OUT}.clause: must begin with YZ-",
            id="another document's clause",
        ),
        pytest.param(
            YZ, "cap: YZ-7b", "cap: SZ-8b",
            "areas/321000.yaml: outpatient: SZ-8b is no clause of YZ",
            id="another document's clause of a part",
        ),
        pytest.param(
            YZ, "      document: YZ\n", "      document: XX\n",
            f"{OUT}.document: no file lists a document 'XX'",
            id="an unknown document",
        ),
        pytest.param(
            YZ, "      from: 2023-01-01\n", "      from: 1 January 2023\n",
            f"{OUT}.from: '1 January 2023' is not a day (write it as YYYY-MM-DD)",
            id="a date in words",
        ),
        pytest.param(
            YZ, "      from: 2023-01-01\n", "      from: 2023-1-1\n",
            f"{OUT}.from: '2023-1-1' is not a day (write it as YYYY-MM-DD)",
            id="a date without its noughts",
        ),
        pytest.param(
            YZ, "      from: 2023-01-01\n", "      from: 2023-02-30\n",
            f"{OUT}.from: 2023-02-30 is not a day of the calendar",
            id="a day that no calendar has",
        ),
        pytest.param(
            YZ, "      from: 2023-01-01\n", "      from: 2023-01-01\n      to: 2022-12-31\n",
            f"{OUT}.to: is before from",
            id="an end before the beginning",
        ),
        pytest.param(
            YZ, "      from: 2023-01-01\n", "      from: 2023-01-01\n      to: notice\n",
            f"{OUT}.to: the document YZ has no valid_to",
            id="the end of a notice that has none",
        ),
        pytest.param(
            YZ, "      clause: YZ-7a\n", "      clause: YZ-7a\n      decided_by: area\n",
            f"{OUT}.decided_by: only an assumed value has one",
            id="a stated value that somebody decides",
        ),
        pytest.param(
            YT, "from: 2023-01-01\n      document: YT\n      clause: YT-2.1.3",
            "from: 2022-12-31\n      document: YT\n      clause: YT-2.1.3",
            "areas/370600.yaml: outpatient: overlapping dates: 2022-07-01..2022-12-31 and"
            " 2022-12-31..",
            id="two values on a day",
        ),
        pytest.param(
            YT, "age_from: 35, age_below: 45", "age_from: 34, age_below: 45",
            "areas/370600.yaml: tariff: overlapping dates: active.employed.combined.below_35"
            " 2023-01-01..2023-12-31 and active.employed.combined.from_34.below_45"
            " 2023-01-01..2023-12-31 price the same member",
            id="two prices for an age",
        ),
        pytest.param(
            YT, "      rate_of_base: 0.0215\n", "      rate_of_base: 2.15\n",
            "areas/370600.yaml: stated.tariff[0].rate_of_base: 2.15 is over 1 (write 65% as"
            " 0.65)",
            id="a per cent for a rate",
        ),
        pytest.param(
            YT, "      rate_of_base: 0.0215\n", "",
            "areas/370600.yaml: stated.tariff[0]: no price is given: one of rate_of_base, flat,"
            " per_year_of_age, earlier_total, share_of_pension",
            id="a row without a price",
        ),
        pytest.param(
            YT, "{scheme: employee, retired: false, employment: flexible}", "{}",
            "areas/370600.yaml: stated.no_account[0].who: names nobody",
            id="no account for nobody",
        ),
        pytest.param(
            YT, "age_from: 35, age_below: 45", "age_from: 45, age_below: 45",
            "areas/370600.yaml: stated.tariff[1].who.age_below: is not above age_from",
            id="an empty range of ages",
        ),
        pytest.param(
            DIRECT, "      decided_by: province\n      note: A member", "      note: A member",
            "areas/349900.yaml: assumed.home_areas[0].decided_by: is missing",
            id="an assumption that nobody decides",
        ),
        pytest.param(
            DIRECT, "decided_by: province", "decided_by: parliament",
            "areas/349900.yaml: assumed.home_areas[0].decided_by: 'parliament' is not one of"
            " area, province, national",
            id="an assumption that a stranger decides",
        ),
        pytest.param(
            DIRECT, "      note: A member is at home in Hefei too, where the scheme's institutions"
            " are.\n", "",
            "areas/349900.yaml: assumed.home_areas[0].note: is missing",
            id="an assumption without words",
        ),
        pytest.param(
            DIRECT, '[own, "340100"]', '[own, "999999"]',
            "areas/349900.yaml: home_areas: 999999 is no listed area",
            id="a home that no file lists",
        ),
        pytest.param(
            DIRECT, '[own, "340100"]', "[own, 340100]",
            "areas/349900.yaml: assumed.home_areas[0].value: not a list of six-digit area codes"
            " in quotes, or of the word own",
            id="an area code without quotes",
        ),
        pytest.param(
            YZ, "- value: [vaccine_other]", "- value: [vaccines]",
            "areas/321000.yaml: stated.purposes_payable_from_account[0].value: 'vaccines' is not"
            " one of drug, treatment, device, consumable, examination, public_health, fitness,"
            " wellness, checkup, vaccine_programme, vaccine_other",
            id="an unknown word",
        ),
        pytest.param(
            YZ, "  sharing_open:\n    - value: true", "  sharing_open:\n    - value: 1",
            "areas/321000.yaml: stated.sharing_open[0].value: 1 is not true or false",
            id="a number for a truth",
        ),
        pytest.param(
            YZ, "cap: 7000", "cap: 7000\n          cap: 8000",
            "areas/321000.yaml: cap: is written twice (line 26)",
            id="a key written twice",
        ),
        pytest.param(
            YZ, "cap: 8000", "cap: 8001",
            "areas/321000.yaml: checks: the cap of the retired is higher by 1001.00, not 1000.00"
            " (YZ-8a)",
            id="a cap that the notice itself contradicts",
        ),
        pytest.param(
            YZ, "lowest_ratio: 0.60", "lowest_ratio: 0.50",
            "areas/321000.yaml: checks: the lowest ratio is 0.60, not 0.50 (YZ-8a)",
            id="a lowest ratio that the notice itself contradicts",
        ),
        pytest.param(
            YZ, "retired_ratio_plus", "retired_ratio_more",
            "areas/321000.yaml: checks[0].retired_ratio_more: unknown key",
            id="an unknown check",
        ),
        pytest.param(
            YZ, 'scope: "321000"', 'scope: "321001"',
            'areas/321000.yaml: scope: must be "321000", in quotes, as in the file\'s name',
            id="another scope than the file's name",
        ),
        pytest.param(
            YZ, '{code: "321000"', '{code: "370700"',
            "areas/321000.yaml: areas[0].code: 370700 does not belong to 321000",
            id="another province's area",
        ),
        pytest.param(
            AH, 'code: "340200"', 'code: "340100"',
            "areas/34.yaml: areas: 340100 is listed twice",
            id="an area listed twice",
        ),
        pytest.param(
            YZ, "  YZ:\n    number", "  SZ:\n    number",
            "areas/421300.yaml: documents.SZ: is listed in another file too",
            id="a document listed twice",
        ),
        pytest.param(
            YZ, "    issued: 2022-10\n", "    issued: autumn\n",
            "areas/321000.yaml: documents.YZ.issued: 'autumn' is not YYYY-MM-DD (or YYYY-MM)",
            id="a document of no date",
        ),
        pytest.param(
            YZ, "takes_over:\n  - home_areas\n", "takes_over:\n",
            "areas/321000.yaml: takes_over: home_areas is missing: take it over or give it for"
            " every day",
            id="a national reading that is not taken over",
        ),
        pytest.param(
            YZ, "takes_over:\n", "takes_over:\n  - outpatient\n",
            "areas/321000.yaml: takes_over: 'outpatient' is not a key that the national file"
            " reads",
            id="taking over what is not national",
        ),
        pytest.param(
            DIRECT, "stated:", "takes_over: [home_areas]\n\nstated:",
            "areas/349900.yaml: takes_over: belongs to 34.yaml, its province",
            id="taking over below a province",
        ),
        pytest.param(
            NATION, "  run_due_day:\n    - value: 26\n      from: always",
            "  run_due_day:\n    - value: 26\n      from: 2022-07-01",
            "national.yaml: run_due_day: is missing: give it from always, to no end",
            id="a national reading that begins late",
        ),
        pytest.param(
            YZ, "  average_basic_pension:\n", "  average_age:\n",
            "areas/321000.yaml: open.average_age: is not a figure that staff can enter, with its"
            " source",
            id="an unknown open figure",
        ),
        pytest.param(
            YZ, "# What this city assumes", "deposit\n# What this city assumes",
            "areas/321000.yaml: line 98: is not YAML: could not find expected ':'",
            id="no YAML",
        ),
    ],
)  # fmt: skip
def test_a_spoilt_file_is_refused(folder: Path, file: str, old: str, new: str, line: str) -> None:
    spoil(folder, file, old, new)
    assert line in problems(folder)


@pytest.mark.parametrize("section", ["scope", "documents", "stated"])
def test_a_file_without_a_section_is_refused(folder: Path, section: str) -> None:
    spoil(folder, AH, f"\n{section}:", f"\n{section}s:")
    assert f"areas/34.yaml: {section}: is missing" in problems(folder)


def test_all_problems_of_all_files_are_told_at_once(folder: Path) -> None:
    spoil(folder, YZ, RATIO, RATIO.replace("0.70", "1.70"))
    spoil(folder, SZ, "cap: 1300", "cap: -1300")
    spoil(folder, YT, "      clause: YT-2.2.1b\n", "")
    assert problems(folder) == [
        f"{OUT}.value.active.ratio.1: 1.70 is over 1 (write 65% as 0.65)",
        "areas/370600.yaml: stated.tariff[0].clause: is missing",
        "areas/421300.yaml: stated.outpatient[0].value.active.cap: -1300 is negative",
    ]


def test_an_area_without_any_price_is_refused(folder: Path) -> None:
    path = folder / YZ
    text = path.read_text(encoding="utf-8")
    start, end = text.index("  tariff:"), text.index("  pharmacy_prescription_covered:")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    assert problems(folder) == ["areas: 321000: tariff is missing"]


def test_a_file_that_lists_no_area_is_refused(folder: Path) -> None:
    shutil.copy(folder / DIRECT, folder / "areas/349800.yaml")
    spoil(folder, "areas/349800.yaml", 'scope: "349900"', 'scope: "349800"')
    assert problems(folder) == ["areas/349800.yaml: areas: no file lists the area 349800"]


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path) == [
        "national.yaml: cannot be read: No such file or directory",
        "areas: holds no policy file",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "does not hold keys and values"),
        (b"- a list\n", "does not hold keys and values"),
        ("scope: 扬州\n".encode("gb18030"), "is not UTF-8 text"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused(folder: Path, content: bytes, reason: str) -> None:
    (folder / YZ).write_bytes(content)
    assert f"areas/321000.yaml: {reason}" in problems(folder)


def test_a_prolonged_value_gives_way_to_the_notice_that_follows(folder: Path) -> None:
    later = """\
    - value: true
      from: 2025-01-01
      document: SZ
      clause: SZ-9a
"""
    spoil(
        folder,
        SZ,
        "  counts_to_total:\n    - value: true\n      from: 2022-12-31\n",
        f"  counts_to_total:\n{later}    - value: false\n"
        "      from: 2022-12-31\n      to: notice\n",
    )
    figure = EnteredFigure(id=1, scope="421300", key="in_force_until", value="2026-12-31")
    book = load_book(folder).with_figures([figure])
    assert not book.rules("421300", date(2024, 12, 31)).counts_to_total.value
    assert book.rules("421300", date(2025, 1, 1)).counts_to_total.value
