"""The chain of the audit record finds every edit, removal, reordering, and cut tail."""

from __future__ import annotations

import io
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from record.models import AuditRecord, AuditSeal
from record.operations import Actor, audit
from record.sealing import GENESIS, link, seal_waiting, verify

pytestmark = pytest.mark.django_db(transaction=True)

ACTOR = Actor(name="zhou")


@pytest.fixture(autouse=True)
def anchor(settings: Any, tmp_path: Path) -> Path:
    settings.AUDIT_ANCHOR_FILE = tmp_path / "anchor"
    return tmp_path / "anchor"


def write(number: int) -> None:
    for place in range(number):
        audit(actor=ACTOR, verb="test", record=str(place), data={"名": "林", "n": place})


@contextmanager
def triggers_lifted() -> Iterator[Any]:
    """What only the tables' owner, or a superuser, can: no trigger stands in the way."""
    tables = ("record_auditrecord", "record_auditseal")
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_everything_is_sealed_and_verifies(anchor: Path) -> None:
    write(30)
    assert seal_waiting() == 30
    write(5)
    assert seal_waiting() == 5
    assert seal_waiting() == 0
    verdict = verify()
    assert (verdict.sealed, verdict.waiting, verdict.anchors) == (35, 0, 2)
    assert verdict.problems == []
    out = io.StringIO()
    call_command("verify_audit", stdout=out)
    assert "all is well" in out.getvalue()


def _edit(cursor: Any) -> None:
    cursor.execute("UPDATE record_auditrecord SET actor_name = 'nobody' WHERE object = '7'")


def _remove(cursor: Any) -> None:
    cursor.execute(
        "DELETE FROM record_auditseal WHERE audit_id IN"
        " (SELECT id FROM record_auditrecord WHERE object = '7')"
    )
    cursor.execute("DELETE FROM record_auditrecord WHERE object = '7'")


def _swap(cursor: Any) -> None:
    cursor.execute(
        "UPDATE record_auditrecord SET object = CASE object WHEN '7' THEN '8' ELSE '7' END"
        " WHERE object IN ('7', '8')"
    )


def _cut(cursor: Any) -> None:
    cursor.execute("SELECT min(id) + 20 FROM record_auditrecord")
    border = cursor.fetchone()[0]
    cursor.execute("DELETE FROM record_auditseal WHERE audit_id > %s", [border])
    cursor.execute("DELETE FROM record_auditrecord WHERE id > %s", [border])


def _rewrite(cursor: Any) -> None:
    """The whole chain anew, as if the edit had always been there."""
    _edit(cursor)
    previous = GENESIS
    for seal in AuditSeal.objects.order_by("pk").select_related("audit"):
        previous = link(previous, seal.audit)
        cursor.execute("UPDATE record_auditseal SET hash = %s WHERE id = %s", [previous, seal.pk])


def _slip_in(cursor: Any) -> None:
    cursor.execute(
        "INSERT INTO record_auditrecord (id, actor_name, verb, area, object, purpose, data, txid)"
        " VALUES (-1, 'zhou', 'test', '', '', '', '{}', 3)"
    )


@pytest.mark.parametrize(
    ("tamper", "word"),
    [
        (_edit, "changed"),
        (_remove, "changed"),
        (_swap, "changed"),
        (_cut, "tail was cut"),
        (_rewrite, "a new chain"),
        (_slip_in, "slipped in"),
    ],
)
def test_what_an_owner_does_is_found(tamper: Callable[[Any], None], word: str) -> None:
    write(30)
    seal_waiting()
    with triggers_lifted() as cursor:
        tamper(cursor)
    assert any(word in problem for problem in verify().problems)
    with pytest.raises(SystemExit):
        call_command("verify_audit", stdout=io.StringIO(), stderr=io.StringIO())


#: What is done to the record at a place, with the number of places there are.
_COLUMNS = {
    "actor_name": "'nobody'",
    "verb": "'other'",
    "area": "'340200'",
    "object": "object || ' '",
    "purpose": "'none'",
    "data": """'{"n": -1}'""",
    "at": "at + interval '1 microsecond'",
}


def _tamper_at_random(cursor: Any, dice: random.Random, places: int) -> str:
    one, other = dice.sample(range(places), 2)
    match dice.choice(["edit", "remove", "swap", "cut", "seal"]):
        case "edit":
            column = dice.choice(sorted(_COLUMNS))
            cursor.execute(
                f"UPDATE record_auditrecord SET {column} = {_COLUMNS[column]} WHERE object = %s",
                [str(one)],
            )
            return f"{column} of {one}"
        case "remove":
            _take_out(cursor, f"object = '{one}'")
            return f"{one} removed"
        case "swap":
            cursor.execute(
                "UPDATE record_auditrecord SET object = CASE object WHEN %s THEN %s ELSE %s END"
                " WHERE object IN (%s, %s)",
                [str(one), str(other), str(one), str(one), str(other)],
            )
            return f"{one} and {other} in each other's place"
        case "cut":
            _take_out(cursor, f"object::int >= {max(one, 1)}")
            return f"all from {max(one, 1)} cut"
        case _:
            cursor.execute(
                "UPDATE record_auditseal SET hash = reverse(hash) WHERE audit_id ="
                " (SELECT id FROM record_auditrecord WHERE object = %s)",
                [str(one)],
            )
            return f"seal of {one}"


def _take_out(cursor: Any, where: str) -> None:
    records = f"SELECT id FROM record_auditrecord WHERE {where}"
    cursor.execute(f"DELETE FROM record_auditseal WHERE audit_id IN ({records})")
    cursor.execute(f"DELETE FROM record_auditrecord WHERE {where}")


def test_each_of_a_hundred_random_tamperings_is_found() -> None:
    """By the tables' owner, who can lift the triggers that stop everybody else."""
    dice = random.Random(65)
    write(60)
    seal_waiting()
    for _ in range(100):
        with triggers_lifted() as cursor, transaction.atomic():
            done = _tamper_at_random(cursor, dice, 60)
            assert verify().problems, done
            transaction.set_rollback(True)
    assert verify().problems == []


def test_a_lost_anchor_is_said(anchor: Path) -> None:
    write(3)
    seal_waiting()
    anchor.unlink()
    assert "gone" in verify().problems[0]


def test_a_record_that_commits_late_is_sealed_late_and_not_skipped() -> None:
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                audit(actor=ACTOR, verb="slow")
                written.set()
                go_on.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(30)
    write(3)
    # The slow one has lower numbers and is still running; the others need not wait for it.
    assert seal_waiting() == 3
    write(1)
    assert seal_waiting() == 1
    go_on.set()
    thread.join()
    assert seal_waiting() == 1
    assert AuditSeal.objects.latest("pk").audit.verb == "slow"
    assert verify().problems == []
    assert AuditRecord.objects.filter(seal=None).count() == 0


def test_a_full_batch_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("record.sealing._BATCH", 4)
    write(10)
    assert seal_waiting() == 10
    assert verify().problems == []


def test_records_restored_into_a_younger_server_are_sealed_on() -> None:
    write(3)
    seal_waiting()
    with triggers_lifted() as cursor:
        # As after a restore: the horizon is of a server whose transactions were counted further.
        cursor.execute("UPDATE record_auditseal SET horizon = 4000000000000")
    write(2)
    assert seal_waiting() == 2
    assert verify().problems == []


def test_two_sealers_at_once_make_one_chain() -> None:
    write(50)

    def seal() -> None:
        try:
            seal_waiting()
        finally:
            connection.close()

    threads = [threading.Thread(target=seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_waiting()
    assert AuditSeal.objects.count() == 50
    assert verify().problems == []
