"""A roll of contributions over a bare COPY of the same rows into the same table.

The limit knows the persons already and checks nothing; ours reads the CSV file, checks every ID
number, finds the persons by keyed hash, judges each row, and writes the audit record.
"""

from __future__ import annotations

import csv
import io
import statistics
import tracemalloc
from datetime import date, timedelta

from _population import AREA, execute, options, report, settle_down, take_turns
from django.db import connection
from stdnum.cn import ric

from accounts.imports.contributions import COLUMNS, ROLL
from members import identity
from members.months import months_after
from record.imports import Context, Report, run_import
from record.operations import Actor

TODAY = date(2026, 11, 20)
FIRST_MONTH = date(2023, 1, 1)
#: Paid long before today, whatever the month.
PAID_ON = date(2026, 11, 1)
BASE = "6500.00"

_ENROL = """
INSERT INTO members_enrolment (person_id, area, scheme, mode, employment, begins_on)
SELECT id, %(area)s, 'employee', 'combined', 'employed', date '2000-01-01' FROM members_person
"""


def id_numbers(count: int) -> list[str]:
    """Return valid ID numbers of no real county."""
    numbers = []
    for order in range(count):
        day = date(1950, 1, 1) + timedelta(days=order // 1000)
        digits = f"999997{day:%Y%m%d}{order % 1000:03d}"
        numbers.append(digits + ric.calc_check_digit(digits))
    return numbers


def populate(numbers: list[str]) -> None:
    """Make the persons with their keyed hashes."""
    columns = (
        "number, name, name_key, id_number_sealed, id_number_index, born, phone, combined_years,"
        " pool_only_years, departure"
    )
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY members_person ({columns}) FROM STDIN") as copy,
    ):
        for order, number in enumerate(numbers):
            index = identity.index_of(number)
            born = date(1980, 1, 1)
            copy.write_row((f"{order:012d}", "member", "m", b"x", index, born, "", 0, 0, ""))
    execute(_ENROL, {"area": AREA})
    settle_down()


def roll(numbers: list[str], month: date) -> bytes:
    """Return the CSV file of a month."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.title for column in COLUMNS])
    writer.writerows([number, f"{month:%Y-%m}", BASE, str(PAID_ON), ""] for number in numbers)
    return text.getvalue().encode()


def bare_copy(persons: list[int], month: date) -> None:
    """Copy the same rows straight into the table, in one transaction."""
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY members_contribution (person_id, month, base, paid_on) FROM STDIN"
        ) as copy,
    ):
        for person in persons:
            copy.write_row((person, month, BASE, PAID_ON))


def take_in(content: bytes) -> Report:
    """Take a roll in, with everything that belongs to it."""
    done = run_import(
        roll=ROLL,
        file=io.BytesIO(content),
        name="roll.csv",
        context=Context(day=TODAY, actor=Actor(name="bench")),
    )
    if not done.taken:
        raise SystemExit(f"the roll was not taken in: {done.sentence()}")
    return done


def main() -> None:
    given = options(__doc__ or "", full=100_000, short=20_000)
    numbers = id_numbers(given.accounts)
    populate(numbers)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM members_person ORDER BY id")
        persons = [person for (person,) in cursor.fetchall()]
    rolls = [roll(numbers, months_after(FIRST_MONTH, n)) for n in range(given.rounds)]
    seconds = take_turns(
        {
            "copy": lambda n: bare_copy(persons, months_after(FIRST_MONTH, 24 + n)),
            "import": lambda n: take_in(rolls[n]),
        },
        rounds=given.rounds,
    )
    tracemalloc.start()
    take_in(roll(numbers, months_after(FIRST_MONTH, 23)))
    peak = tracemalloc.get_traced_memory()[1] / 1024 / 1024
    print(f"memory at most while importing: {peak:.0f} MB")
    copied, imported = (statistics.median(seconds[name]) for name in ("copy", "import"))
    report(
        name="import",
        seconds=seconds,
        items=given.accounts,
        limit="copy",
        ratios={"over_copy": copied / imported},
        figures={"peak_mb": round(peak, 1)},
        as_json=given.json,
    )


if __name__ == "__main__":
    main()
