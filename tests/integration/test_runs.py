"""Runs: one truth with the single-member functions, at most once, and resumed after anything."""

from __future__ import annotations

import base64
import io
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import ledger, runs
from accounts.checks import ledger_problems
from accounts.crediting import credit, credited_in, open_credit_run
from accounts.models import Chunk, Credit, Run, SkippedMonth, Transfer
from accounts.posting import post_run
from accounts.preparing import due_months, prepare_run
from accounts.run_verbs import post_prepared, stop_prepared
from accounts.tasks import post_run as post_run_task
from accounts.tasks import prepare_due_runs, sweep
from members.models import Contribution, EarlierTotal, Person
from members.months import months_after
from policy.book import load_book
from record.changes import NotAllowed
from record.models import Role
from tests.people import (
    ACTOR,
    HEFEI,
    balance,
    contribute,
    done,
    enrol,
    enrol_one,
    refused,
    staff,
)

ROOT = Path(__file__).resolve().parents[2]
MONTH, DAY = date(2024, 3, 1), date(2024, 3, 26)


@pytest.fixture(autouse=True)
def _fresh_ids() -> Iterator[None]:
    ledger.forget_account_ids()
    yield
    ledger.forget_account_ids()


# --- at most once ---------------------------------------------------------------------------------


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "CHUNK_PERSONS", 25)


@pytest.mark.django_db
def test_a_run_again_credits_nothing_and_names_what_it_leaves() -> None:
    persons = enrol("a", "b", "c")
    for person in persons:
        contribute(person, month=MONTH, day=DAY)
    assert len(credited_in(done(credit(area=HEFEI, month=MONTH, day=DAY, actor=ACTOR)))) == 3
    again = done(credit(area=HEFEI, month=MONTH, day=DAY, actor=ACTOR))
    assert (again.expected, again.done) == (0, 0)
    assert [balance(person) for person in persons] == [Decimal("100.00")] * 3


@pytest.mark.django_db
def test_what_is_left_each_month_costs_no_second_look() -> None:
    """Months that never become due are looked at with the first look, from the second run on."""
    persons = enrol("a", "b") + enrol("pool", mode="pool_only")
    for month in (MONTH, months_after(MONTH, 1), months_after(MONTH, 2)):
        for person in persons:
            contribute(person, month=month, day=DAY)
    looks = []
    for month in (MONTH, months_after(MONTH, 1), months_after(MONTH, 2)):
        day = month.replace(day=26)
        with CaptureQueriesContext(connection) as asked:
            assert done(credit(area=HEFEI, month=month, day=day, actor=ACTOR)).done == 2
        looks.append(sum("paid AS MATERIALIZED" in query["sql"] for query in asked))
    assert looks == [1, 1, 1]


@pytest.mark.django_db
def test_a_run_that_does_not_add_up_fails_loudly(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    contribute(enrol_one("lin"), month=MONTH, day=DAY)
    run = done(open_credit_run(area=HEFEI, month=MONTH, day=DAY, actor=ACTOR))
    real = runs.close_chunk

    def lose_one(chunk: Chunk) -> None:
        chunk.done -= 1
        real(chunk)

    monkeypatch.setattr("accounts.crediting.close_chunk", lose_one)
    with pytest.raises(runs.RunDoesNotAddUp):
        post_run(run, actor=ACTOR)
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert "1 expected, 0 done" in run.note
    assert "failed" in caplog.text
    assert not Credit.objects.exists()
    # Once the fault is gone, a new run of the month does it all.
    monkeypatch.undo()
    assert done(credit(area=HEFEI, month=MONTH, day=DAY, actor=ACTOR)).done == 1


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_credit_each_month_once(small_chunks: None) -> None:
    persons = enrol(*["x"] * 300)
    for person in persons[:3]:
        contribute(person, month=MONTH, day=DAY)
    Contribution.objects.bulk_create(
        Contribution(person=p, month=MONTH, base=5000, paid_on=DAY) for p in persons[3:]
    )
    run = done(open_credit_run(area=HEFEI, month=MONTH, day=DAY, actor=ACTOR))

    def work(_: int) -> None:
        try:
            post_run(Run.objects.get(pk=run.pk), actor=ACTOR, limited=False)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    run.refresh_from_db()
    assert (run.state, run.expected, run.done) == (Run.State.DONE, 300, 300)
    assert Credit.objects.count() == Transfer.objects.count() == 300
    assert ledger_problems() == []


# --- killed and gone on with ----------------------------------------------------------------------


def _command_environment() -> dict[str, str]:
    database = connection.settings_dict
    host = database["HOST"].replace("/", "%2F")
    url = f"postgresql://{database['USER']}@{host}:{database['PORT'] or 5432}/{database['NAME']}"
    if database.get("PASSWORD"):
        url = url.replace("@", f":{database['PASSWORD']}@", 1)
    keys = ",".join(
        f"{name}:{base64.b64encode(key).decode()}" for name, key in django_settings.ID_NUMBER_KEYS
    )
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DATABASE_OWNER_URL": url,
        "ID_NUMBER_KEYS": keys,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_mid_run_and_started_again_ends_with_exactly_n_credits(
    small_chunks: None, long: bool
) -> None:
    dice = random.Random(35)
    persons = enrol(*["x"] * 1_000)
    month = MONTH
    environment = _command_environment()
    for _ in range(50 if long else 3):
        month = months_after(month, 1)
        Contribution.objects.bulk_create(
            Contribution(person=p, month=month, base=5000, paid_on=month) for p in persons
        )
        run = done(
            open_credit_run(area=HEFEI, month=month, day=month + timedelta(days=25), actor=ACTOR)
        )
        kills = 0
        while Run.objects.get(pk=run.pk).state == Run.State.POSTING:
            before = run.chunks.exclude(posted_at=None).count()
            worker = subprocess.Popen(
                [sys.executable, "manage.py", "credit", HEFEI, f"{month:%Y-%m}"],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            if kills < 2:
                # Wait until it is at work, then a moment more: any step may be the last one.
                deadline = time.monotonic() + 60
                while (
                    worker.poll() is None
                    and run.chunks.exclude(posted_at=None).count() == before
                    and time.monotonic() < deadline
                ):
                    time.sleep(0.005)
                time.sleep(dice.random() * 0.05)
                worker.send_signal(signal.SIGKILL)
                kills += 1
            _, errors = worker.communicate(timeout=120)
            assert worker.returncode in {0, -signal.SIGKILL}, errors.decode()
        run.refresh_from_db()
        assert (run.state, run.expected, run.done) == (Run.State.DONE, 1_000, 1_000)
        assert Credit.objects.filter(month=month).count() == 1_000
    assert Transfer.objects.count() == Credit.objects.count()
    assert ledger_problems() == []


# --- prepared, compared, swept --------------------------------------------------------------------


def paid_crowd(number: int, *, base: int = 5000) -> list[Person]:
    persons = enrol(*["x"] * number)
    for month in (date(2024, 2, 1), MONTH):
        Contribution.objects.bulk_create(
            Contribution(person=p, month=month, base=base, paid_on=month) for p in persons
        )
    return persons


@pytest.mark.django_db
def test_a_first_run_waits_for_a_person_and_is_posted_by_one() -> None:
    paid_crowd(10)
    run = done(prepare_run(area=HEFEI, month=MONTH, day=DAY, actor=ACTOR))
    assert run.state == Run.State.PREPARED
    assert (run.expected, run.expected_amount) == (20, Decimal("2000.00"))
    assert not Credit.objects.exists()
    zhou = staff("zhou", Role.Kind.CASE_OFFICER, HEFEI)
    with pytest.raises(NotAllowed):
        post_prepared(run_id=run.pk, by=zhou, day=DAY)
    wu = staff("wu", Role.Kind.FINANCE_CLERK, HEFEI)
    done(post_prepared(run_id=run.pk, by=wu, day=date(2024, 3, 28)))
    assert post_run_task(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.done, run.amount) == (Run.State.DONE, 20, Decimal("2000.00"))
    assert run.day == date(2024, 3, 28)
    assert refused(post_prepared(run_id=run.pk, by=wu, day=DAY)) == "not_waiting"


@pytest.mark.django_db
@pytest.mark.parametrize(("more", "state"), [(0, "posting"), (1, "posting"), (3, "prepared")])
def test_a_run_within_the_limits_posts_itself(more: int, state: str) -> None:
    paid_crowd(20)
    done(credit(area=HEFEI, month=date(2024, 2, 1), day=date(2024, 2, 26), actor=ACTOR))
    extra = enrol(*["y"] * more) if more else []
    for person in extra:
        contribute(person, month=MONTH, day=DAY)
    run = done(prepare_run(area=HEFEI, month=MONTH, day=DAY, actor=ACTOR))
    assert run.state == state, run.note
    assert run.comparison["before"]["members"] == 20
    [row] = run.comparison["classes"]
    assert (row["area"], row["members"], row["members_before"]) == (HEFEI, 20 + more, 20)
    # Prepared twice is prepared once.
    assert done(prepare_run(area=HEFEI, month=MONTH, day=DAY, actor=ACTOR)) == run


@pytest.mark.django_db
def test_a_prepared_run_can_be_put_aside() -> None:
    paid_crowd(3)
    run = done(prepare_run(area=HEFEI, month=MONTH, day=DAY, actor=ACTOR))
    wu = staff("wu", Role.Kind.REVIEWER, HEFEI)
    done(stop_prepared(run_id=run.pk, by=wu, day=DAY, note="the roll is wrong"))
    assert not post_run_task(run_id=run.pk)
    assert not Credit.objects.exists()


def test_who_was_away_on_the_due_day_catches_up() -> None:
    book = load_book()
    march, april = date(2024, 3, 1), date(2024, 4, 1)
    for day, months in {
        date(2024, 3, 25): [date(2024, 2, 1)],
        date(2024, 3, 26): [date(2024, 2, 1), march],
        date(2024, 4, 2): [march],
        date(2024, 4, 27): [march, april],
    }.items():
        assert due_months(area=HEFEI, day=day, book=book) == months


@pytest.mark.django_db(transaction=True)
def test_beats_and_sweeps_at_once_do_no_harm(
    small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid_crowd(100)
    done(credit(area=HEFEI, month=date(2024, 2, 1), day=date(2024, 2, 26), actor=ACTOR))
    monkeypatch.setattr("accounts.tasks.timezone.localdate", lambda: DAY)
    nudged: list[int] = []
    monkeypatch.setattr("accounts.tasks.post_run.delay", lambda *, run_id: nudged.append(run_id))
    monkeypatch.setattr(
        "accounts.tasks.post_run.delay_on_commit", lambda *, run_id: nudged.append(run_id)
    )

    def beat(_: int) -> None:
        try:
            prepare_due_runs()
            for run_id in sweep():
                post_run_task(run_id=run_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(beat, range(4)))
    march = Run.objects.filter(period=MONTH)
    assert march.count() == 1
    while march.get().state == Run.State.POSTING:
        for run_id in sweep():
            post_run_task(run_id=run_id)
    assert march.get().done == 100
    assert Credit.objects.count() == 200
    assert nudged


@pytest.mark.django_db(transaction=True)
def test_no_more_workers_than_places_post_one_run() -> None:
    contribute(enrol_one("lin"), month=MONTH, day=DAY)
    run = done(open_credit_run(area=HEFEI, month=MONTH, day=DAY, actor=ACTOR))
    inside, leave = threading.Barrier(runs.WORKERS_OF_A_RUN + 1), threading.Event()

    def sit() -> None:
        try:
            with runs.place_at(run.pk) as has_place:
                assert has_place
                inside.wait(30)
                leave.wait(30)
        finally:
            connection.close()

    sitters = [threading.Thread(target=sit) for _ in range(runs.WORKERS_OF_A_RUN)]
    for sitter in sitters:
        sitter.start()
    inside.wait(30)
    assert not post_run_task(run_id=run.pk)
    leave.set()
    for sitter in sitters:
        sitter.join()
    assert post_run_task(run_id=run.pk)


# --- from a shell ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_commands_do_the_same_from_a_shell() -> None:
    lin = enrol_one("lin")
    contribute(lin, month=MONTH, day=DAY)
    out = io.StringIO()
    call_command("credit", HEFEI, "2024-03", stdout=out)
    assert "1 expected, 1 done, 100.00 yuan" in out.getvalue()
    assert balance(lin) == Decimal("100.00")
    call_command("credit", "all", "2024-03", stdout=out)
    assert Credit.objects.count() == 1
    assert SkippedMonth.objects.count() == 0
    assert EarlierTotal.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("credit", "990000", "2024-03"), "no pooling area"),
        (("credit", HEFEI, "March"), "write it like"),
        (("credit", HEFEI, "2999-01"), "1 refused"),
        (("close_year", HEFEI, "2999"), "1 refused"),
        (("close_year", HEFEI, "7"), "no year"),
        (("bank_file", "349900-R1-1"), "no bank file"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(command: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command(*command, stdout=io.StringIO(), stderr=io.StringIO())
