"""Sealing the audit record: a chain of hashes over committed records, its head kept outside too.

Each seal is SHA-256 over the seal before it and its record as canonical JSON. Whoever changes,
removes, adds or reorders records breaks the chain; whoever computes the whole chain anew, or cuts
its tail, is found by the anchor file.

Whatever is committed is sealed; a record that commits late is sealed late. So that it is not
skipped, each seal keeps a horizon: the oldest transaction that was still running when it was made.
The next sealing looks at every record from there on that has no seal yet.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from .models import AuditRecord, AuditSeal

#: Names the lock that one sealer holds at a time.
_SEAL_LOCK = 7301
_BATCH = 5_000
GENESIS = "0" * 64

# A horizon that this server has not reached comes from the server that the records were restored
# from, and says nothing here.
_HORIZON = """(
    CASE WHEN %(horizon)s > pg_snapshot_xmax(pg_current_snapshot())::text::bigint
         THEN 0 ELSE %(horizon)s END
)"""
_NOT_SEALED = "NOT EXISTS (SELECT FROM record_auditseal seal WHERE seal.audit_id = record.id)"


def seal_waiting() -> int:
    """Seal what can be sealed, and copy the head to the anchor file. Returns how many.

    Where another sealer is at work, nothing is done.
    """
    sealed = 0
    while number := _seal_batch():
        sealed += number
    head = AuditSeal.objects.order_by("-pk").values_list("pk", "audit_id", "hash").first()
    if head is not None:
        _anchor(*head)
    return sealed


@transaction.atomic
def _seal_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEAL_LOCK])
        row = cursor.fetchone()
        if row is None or not row[0]:
            return 0
        last = AuditSeal.objects.order_by("-pk").first()
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, ARRAY("  # noqa: S608
            " SELECT record.id FROM record_auditrecord record"
            f" WHERE record.txid >= {_HORIZON} AND {_NOT_SEALED}"
            " ORDER BY record.txid, record.id LIMIT %(limit)s)",
            {"horizon": last.horizon if last else 0, "limit": _BATCH},
        )
        oldest_running, ids = cursor.fetchone() or (0, [])
    records = AuditRecord.objects.in_bulk(ids)
    # A batch that is full may have left some behind: the next one looks from the same horizon on.
    horizon = oldest_running if len(ids) < _BATCH else (last.horizon if last else 0)
    previous = last.hash if last else GENESIS
    seals = []
    for record_id in ids:
        previous = link(previous, records[record_id])
        seals.append(AuditSeal(audit_id=record_id, hash=previous, horizon=horizon))
    AuditSeal.objects.bulk_create(seals)
    return len(seals)


def link(previous: str, record: AuditRecord) -> str:
    """Return the hash that seals a record after the seal before it."""
    return hashlib.sha256((previous + canonical(record)).encode()).hexdigest()


def canonical(record: AuditRecord) -> str:
    """Return a record as JSON that is the same wherever it is read."""
    fields: dict[str, Any] = {
        "id": record.pk,
        "at": record.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": record.actor_id,
        "actor_name": record.actor_name,
        "verb": record.verb,
        "area": record.area,
        "subject": record.subject_id,
        "object": record.object,
        "purpose": record.purpose,
        "data": record.data,
        "txid": record.txid,
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


# --- the anchor -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Anchor:
    """One line of the anchor file: the head of the chain as it was at a time."""

    seal_id: int
    audit_id: int
    hash: str


def _anchor(seal_id: int, audit_id: int, digest: str) -> None:
    """Append the head to the anchor file, on disk before this returns; the same head once."""
    path = Path(settings.AUDIT_ANCHOR_FILE)
    if _last_line(path).endswith(f" {seal_id} {audit_id} {digest}"):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="ascii") as file:
        file.write(f"{timezone.now().isoformat()} {seal_id} {audit_id} {digest}\n")
        file.flush()
        os.fsync(file.fileno())


def _last_line(path: Path) -> str:
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 512))
        return file.read().decode("ascii").rstrip("\n").rpartition("\n")[2]


#: A record that waits longer for its seal says that the job stands still.
SEALED_WITHIN = timedelta(minutes=30)


def worry(now: datetime) -> str:
    """Say at a glance what is wrong with the chain: "broken", "late" or nothing.

    It compares the last anchor with its seal and looks for records that wait; `verify` reads all.
    """
    last = _last_line(Path(settings.AUDIT_ANCHOR_FILE)).split()
    if len(last) == 4 and not AuditSeal.objects.filter(pk=last[1], hash=last[3]).exists():
        return "broken"
    sealed = AuditSeal.objects.order_by("-pk").values_list("audit_id", flat=True).first() or 0
    waiting = AuditRecord.objects.filter(pk__gt=sealed, at__lt=now - SEALED_WITHIN)
    return "late" if waiting.exists() else ""


def read_anchors(path: Path) -> Iterator[Anchor]:
    """Yield the anchors of a file. Raises ValueError for a line that is none."""
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), start=1):
        try:
            _time, seal_id, audit_id, digest = line.split()
            yield Anchor(int(seal_id), int(audit_id), digest)
        except ValueError:
            raise ValueError(f"line {number} of {path} is no anchor") from None


# --- verifying ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Verdict:
    """What a check of the chain found; `problems` is empty where all is well."""

    sealed: int = 0
    waiting: int = 0
    anchors: int = 0
    problems: list[str] = field(default_factory=list)


#: More problems than this say nothing new.
_ENOUGH = 20


def verify() -> Verdict:
    """Compute the whole chain anew and compare it with the seals, the records and the anchor."""
    verdict = Verdict()
    hashes: dict[int, str] = {}
    anchors = _anchors(verdict)
    wanted = {anchor.seal_id for anchor in anchors}
    previous = GENESIS
    seals = AuditSeal.objects.order_by("pk").values_list("pk", "audit_id", "hash")
    for batch in _in_batches(seals.iterator(chunk_size=_BATCH)):
        records = AuditRecord.objects.in_bulk([audit_id for _, audit_id, _ in batch])
        for seal_id, audit_id, digest in batch:
            verdict.sealed += 1
            record = records.get(audit_id)
            if record is None:
                _complain(verdict, f"record {audit_id} is gone (seal {seal_id})")
            elif link(previous, record) != digest:
                _complain(
                    verdict, f"record {audit_id} or what stood before it changed (seal {seal_id})"
                )
            previous = digest
            if seal_id in wanted:
                hashes[seal_id] = digest
    for anchor in anchors:
        found = hashes.get(anchor.seal_id)
        if found is None:
            _complain(verdict, f"the anchored seal {anchor.seal_id} is gone: the tail was cut")
        elif found != anchor.hash:
            _complain(verdict, f"seal {anchor.seal_id} is not the anchored one: a new chain")
    _look_at_unsealed(verdict)
    return verdict


def _anchors(verdict: Verdict) -> list[Anchor]:
    path = Path(settings.AUDIT_ANCHOR_FILE)
    if not path.exists():
        if AuditSeal.objects.exists():
            _complain(verdict, f"the anchor file {path} is gone")
        return []
    try:
        anchors = list(read_anchors(path))
    except ValueError as error:
        _complain(verdict, str(error))
        return []
    verdict.anchors = len(anchors)
    return anchors


def _in_batches(
    rows: Iterator[tuple[int, int, str]],
) -> Iterator[list[tuple[int, int, str]]]:
    batch: list[tuple[int, int, str]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _look_at_unsealed(verdict: Verdict) -> None:
    """Count what waits for its seal; what lies behind the horizon without one was slipped in."""
    last = AuditSeal.objects.order_by("-pk").first()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), count(*) FILTER (WHERE record.txid < {_HORIZON})"  # noqa: S608
            f" FROM record_auditrecord record WHERE {_NOT_SEALED}",
            {"horizon": last.horizon if last else 0},
        )
        row = cursor.fetchone() or (0, 0)
    verdict.waiting = row[0]
    if row[1]:
        _complain(verdict, f"{row[1]} records were slipped in behind the head of the chain")


def _complain(verdict: Verdict, problem: str) -> None:
    if len(verdict.problems) < _ENOUGH:
        verdict.problems.append(problem)
    elif len(verdict.problems) == _ENOUGH:
        verdict.problems.append("and more")
