"""Day files of institutions: read whole, checked line by line, taken in or refused as a whole."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import IO, Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext, gettext_lazy

from claims.models import Claim, Institution
from record import cells
from record.operations import Actor, audit, operation
from record.rolls import MISSING, BadCell, BadRow, Column, Fault, Layout, Row

from .faults import BadFile, refuse_bad_rows
from .models import DayFile, DayRow

#: The largest hospitals settle a few thousand bills a day.
MAX_ROWS = 20_000

LAYOUT = Layout(
    (
        Column("institution", ("机构编码", "institution"), example="H34010090001"),
        Column("day", ("日期", "day"), example="2026-11-26"),
        Column(
            "kind",
            ("类型", "kind"),
            example="结算",
            note=gettext_lazy("结算, 冲正 or 退费"),
        ),
        Column(
            "claim",
            ("结算编号", "claim"),
            needed=False,
            example="",
            note=gettext_lazy("Empty where the institution never got an answer."),
        ),
        Column("visit", ("就诊号", "visit"), example="M2026112600017"),
        Column("bill", ("票据号", "bill"), example="F2026112600017"),
        Column("gross", ("总额", "gross"), example="128.60"),
        Column("pool", ("统筹基金", "pool"), example="60.00"),
        Column("own_account", ("个人账户", "own_account"), example="68.60"),
        Column("shared_accounts", ("共济账户", "shared_accounts"), example="0.00"),
        Column("cash", ("现金", "cash"), example="0.00"),
    )
)
KINDS = {
    **dict.fromkeys(("结算", "settlement"), DayRow.Kind.SETTLEMENT.value),
    **dict.fromkeys(("冲正", "reversal"), DayRow.Kind.REVERSAL.value),
    **dict.fromkeys(("退费", "refund"), DayRow.Kind.REFUND.value),
}

OTHER_INSTITUTION = Fault(
    "other_institution",
    gettext_lazy("The line is of another institution."),
    gettext_lazy("Send each institution's lines in a file of its own."),
)
OTHER_DAY = Fault(
    "other_day",
    gettext_lazy("The line is of another day than the file."),
    gettext_lazy("Send each day in a file of its own."),
)
UNKNOWN_CLAIM = Fault(
    "unknown_claim",
    gettext_lazy("The institution has no settlement with this number."),
    gettext_lazy("Copy the number from the answer to the settlement, or leave the cell empty."),
)
TOO_LONG = Fault(
    "number_too_long",
    gettext_lazy("A number has at most 40 characters."),
    gettext_lazy("Look at the line's columns: one may be shifted."),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a day file, read."""

    line: int
    kind: str
    claim: str
    visit: str
    bill: str
    gross: Decimal
    pool: Decimal
    own_account: Decimal
    shared_accounts: Decimal
    cash: Decimal


AMOUNTS = ("gross", "pool", "own_account", "shared_accounts", "cash")


def template_csv() -> str:
    """Return an empty day file with one line as an example."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.title for column in LAYOUT.columns])
    writer.writerow([column.example for column in LAYOUT.columns])
    return text.getvalue()


def read_file(
    file: IO[bytes], *, name: str, institution: Institution, day: date
) -> tuple[list[Entry], str]:
    """Read a CSV or XLSX day file; return its lines and its SHA-256.

    Raises record.rolls.UnreadableRoll for what is no table, BadFile for wrong lines.
    """
    content = file.read()
    file.seek(0)
    found: list[Entry] = []
    bad: list[BadRow] = []
    for row in LAYOUT.read(file, name=name):
        if isinstance(row, BadRow):
            bad.append(row)
            continue
        try:
            found.append(_entry(row, institution=institution, day=day))
        except BadCell as cell:
            bad.append(LAYOUT.bad(row, cell.column, cell.fault))
        if len(found) > MAX_ROWS:
            break
    refuse_bad_rows(bad)
    return found, hashlib.sha256(content).hexdigest()


def read_json(
    rows: Iterable[Mapping[str, Any]], *, institution: Institution, day: date
) -> tuple[list[Entry], str]:
    """Read the lines of a day as the interface sends them, each a dict of texts.

    `institution` and `day` need not stand in each line. Raises BadFile.
    """
    found: list[Entry] = []
    bad: list[BadRow] = []
    for line, raw in enumerate(rows, start=1):
        texts = {column.name: str(raw.get(column.name, "")).strip() for column in LAYOUT.columns}
        texts["institution"] = texts["institution"] or institution.code
        texts["day"] = texts["day"] or day.isoformat()
        row = Row(line, texts)
        try:
            found.append(_entry(row, institution=institution, day=day))
        except BadCell as cell:
            bad.append(LAYOUT.bad(row, cell.column, cell.fault))
    refuse_bad_rows(bad)
    canonical = json.dumps(
        [day.isoformat(), [asdict(entry) for entry in found]], default=str, sort_keys=True
    )
    return found, hashlib.sha256(canonical.encode()).hexdigest()


def _entry(row: Row, *, institution: Institution, day: date) -> Entry:
    if row["institution"] != institution.code:
        raise BadCell("institution", OTHER_INSTITUTION)
    if cells.day(row, "day") != day:
        raise BadCell("day", OTHER_DAY)
    for column in ("claim", "visit", "bill"):
        if len(row[column]) > 40:
            raise BadCell(column, TOO_LONG)
        if column != "claim" and not row[column]:
            raise BadCell(column, MISSING)
    amounts = {name: cells.amount(row, name) for name in AMOUNTS}
    return Entry(
        line=row.line,
        kind=cells.word(row, "kind", KINDS),
        claim=row["claim"],
        visit=row["visit"],
        bill=row["bill"],
        **amounts,
    )


@operation
def take_in(
    *,
    institution: Institution,
    day: date,
    entries: Sequence[Entry],
    sha256: str,
    name: str,
    channel: DayFile.Channel,
    today: date,
    actor: Actor,
) -> DayFile:
    """Take a day file in, whole or not at all. A later one of the same day takes its place.

    Raises BadFile for the same file once more, a day that is not over, too many lines, and
    numbers of claims that the institution has not.
    """
    if day >= today:
        raise BadFile("day_not_over", gettext("The day is not over. Send its file when it is."))
    if len(entries) > MAX_ROWS:
        raise BadFile(
            "too_many_rows",
            gettext("A day file has at most %(rows)s lines.") % {"rows": MAX_ROWS},
        )
    before = DayFile.objects.filter(institution=institution, sha256=sha256).first()
    if before is not None:
        raise _taken_already(before)
    claims = _claims_of(institution, entries)
    last = DayFile.objects.filter(institution=institution, day=day).aggregate(last=Max("version"))
    try:
        with transaction.atomic():
            file = DayFile.objects.create(
                institution=institution,
                day=day,
                version=(last["last"] or 0) + 1,
                name=name[:200],
                sha256=sha256,
                rows=len(entries),
                channel=channel,
                by_name=actor.name,
            )
    except IntegrityError:
        # The same file, or another one of the same day, came in this instant.
        raise BadFile(
            "taken_already", gettext("A file of this day is being taken in. Try again.")
        ) from None
    DayRow.objects.bulk_create(
        (
            DayRow(
                file=file,
                line=entry.line,
                kind=entry.kind,
                claim_id=claims.get(entry.claim),
                visit_number=entry.visit,
                bill_number=entry.bill,
                gross=entry.gross,
                pool=entry.pool,
                own_paid=entry.own_account,
                shared_paid=entry.shared_accounts,
                cash=entry.cash,
            )
            for entry in entries
        ),
        batch_size=2_000,
    )
    audit(
        actor=actor,
        verb="reconciliation.day_file",
        area=institution.area,
        record=f"dayfile:{file.pk}",
        data={"institution": institution.code, "day": str(day), "rows": len(entries)},
    )
    return file


def _taken_already(before: DayFile) -> BadFile:
    return BadFile(
        "taken_already",
        gettext("This very file was taken in before, for %(day)s. Nothing has changed.")
        % {"day": before.day.isoformat()},
    )


def _claims_of(institution: Institution, entries: Sequence[Entry]) -> dict[str, int]:
    """Return the ids of the named claims. Raises BadFile for those of nobody or of another."""
    numbers = {entry.claim for entry in entries if entry.claim}
    found = dict(
        Claim.objects.filter(institution=institution, number__in=numbers, paper=False).values_list(
            "number", "pk"
        )
    )
    bad = [
        LAYOUT.bad(Row(entry.line, {"claim": entry.claim}), "claim", UNKNOWN_CLAIM)
        for entry in entries
        if entry.claim and entry.claim not in found
    ]
    refuse_bad_rows(bad)
    return found
