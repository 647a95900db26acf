"""Runs on the desk: asked for, compared, posted, stopped, gone on with, taken away as files."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import runs as batches
from accounts.checks import ledger_problems
from accounts.crediting import post_credit_run
from accounts.models import BankFile, Credit, Run, SkippedMonth
from accounts.tasks import count_prepared_run, sweep
from accounts.tasks import post_run as post_run_task
from clearing.models import PaymentFile
from members.models import Contribution
from members.months import first_of, months_after
from record.models import AuditRecord, Role
from record.quotas import QUOTAS
from tests.people import HEFEI, PROVINCIAL, WUHU, credit, enrol, staff

pytestmark = pytest.mark.django_db
CROWD = 12


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "CHUNK_PERSONS", 3)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The tasks that pages have sent, in the place of a worker."""
    sent: list[tuple[str, int]] = []
    for name in ("post_run", "count_prepared_run"):
        for verb in ("delay", "delay_on_commit"):
            monkeypatch.setattr(
                f"accounts.tasks.{name}.{verb}",
                lambda *, run_id, name=name: sent.append((name, run_id)),
            )
    return sent


def desk(name: str, kind: str, scope: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff(name, kind, scope))
    return client


@pytest.fixture
def ding() -> Client:
    return desk("ding", Role.Kind.FINANCE_CLERK, "34")


def this_month() -> date:
    return first_of(timezone.localdate())


def crowd(number: int = CROWD, *, area: str = HEFEI, base: int = 5000) -> None:
    persons = enrol(*["x"] * number, area=area)
    for month in (months_after(this_month(), -1), this_month()):
        Contribution.objects.bulk_create(
            Contribution(person=p, month=month, base=base, paid_on=month) for p in persons
        )


def ask(client: Client, area: str = HEFEI) -> Run:
    answer = client.post(
        "/desk/runs/start/", {"kind": "credit", "area": area, "month": f"{this_month():%Y-%m}"}
    )
    assert answer.status_code == 302, answer.content.decode()
    return Run.objects.get(pk=int(answer["Location"].split("/")[3]))


def page(client: Client, run: Run, more: str = "") -> str:
    answer = client.get(f"/desk/runs/{run.pk}/{more}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_run_is_asked_for_counted_compared_and_posted(
    ding: Client, woken: list[tuple[str, int]]
) -> None:
    crowd()
    credit(HEFEI, month=months_after(this_month(), -1), day=timezone.localdate())
    Contribution.objects.filter(month=this_month()).update(base=6000)
    run = ask(ding)
    assert woken == [("count_prepared_run", run.pk)]
    assert "is being counted" in page(ding, run)
    # Nobody posts what nobody has looked at.
    ding.post(f"/desk/runs/{run.pk}/post/")
    run.refresh_from_db()
    assert run.state == Run.State.PREPARED
    count_prepared_run(run_id=run.pk)
    text = page(ding, run)
    assert "1,440.00" in text
    assert "+240.00" in text
    assert "12 members whose credits change most" in text
    assert not Credit.objects.filter(month=this_month()).exists()
    ding.post(f"/desk/runs/{run.pk}/post/")
    assert woken[-1] == ("post_run", run.pk)
    assert post_run_task(run_id=run.pk)
    text = page(ding, run)
    assert "1,440.00" in text
    assert Credit.objects.filter(month=this_month()).count() == CROWD
    assert AuditRecord.objects.filter(verb="accounts.post_run").count() == 1


def test_a_run_killed_in_the_middle_is_gone_on_with_from_its_page(
    ding: Client, woken: list[tuple[str, int]]
) -> None:
    crowd()
    run = ask(ding)
    count_prepared_run(run_id=run.pk)
    ding.post(f"/desk/runs/{run.pk}/post/")
    run.refresh_from_db()
    # A worker that is killed after its second part leaves nothing but what it committed.
    worker = post_credit_run(run)
    next(worker)
    next(worker)
    assert isinstance(worker, Generator)
    worker.close()
    text = page(ding, run, "progress/?seen=posting-true")
    assert '<progress max="100" value="50"' in text
    assert "Nobody is at it in this moment" in text
    assert f'hx-get="/desk/runs/{run.pk}/progress/' in text
    answer = ding.post(f"/desk/runs/{run.pk}/go-on/")
    assert answer.status_code == 302
    assert woken[-1] == ("post_run", run.pk)
    assert post_run_task(run_id=run.pk)
    moved_on = ding.get(f"/desk/runs/{run.pk}/progress/?seen=posting-true")
    assert moved_on["HX-Refresh"] == "true"
    run.refresh_from_db()
    assert (run.state, run.done) == (Run.State.DONE, 2 * CROWD)
    assert ledger_problems() == []


def test_a_stopped_run_keeps_what_it_posted_and_goes_on_as_of_today(
    ding: Client, woken: list[tuple[str, int]]
) -> None:
    crowd()
    run = ask(ding)
    count_prepared_run(run_id=run.pk)
    ding.post(f"/desk/runs/{run.pk}/post/")
    run.refresh_from_db()
    worker = post_credit_run(run)
    next(worker)
    assert "Stop the run?" in ding.post(f"/desk/runs/{run.pk}/stop/").content.decode()
    assert Run.objects.get(pk=run.pk).state == Run.State.POSTING
    ding.post(f"/desk/runs/{run.pk}/stop/", {"sure": "1", "note": " "})
    assert Run.objects.get(pk=run.pk).state == Run.State.POSTING
    ding.post(f"/desk/runs/{run.pk}/stop/", {"sure": "1", "note": "the bank is closed"})
    # The worker finds the run stopped and leaves; so does every other one.
    assert list(worker) == []
    assert not post_run_task(run_id=run.pk)
    assert sweep() == []
    stopped = Run.objects.get(pk=run.pk)
    assert (stopped.state, stopped.note) == (Run.State.STOPPED, "the bank is closed")
    assert Credit.objects.filter(run=run).count() == 6
    assert "Go on with the run" in page(ding, stopped)
    Run.objects.filter(pk=run.pk).update(day=date(2020, 1, 1))
    ding.post(f"/desk/runs/{run.pk}/go-on/")
    assert Run.objects.get(pk=run.pk).day == timezone.localdate()
    assert post_run_task(run_id=run.pk)
    assert Credit.objects.filter(run=run).count() == 2 * CROWD
    assert ledger_problems() == []


def test_what_cannot_be_done_with_a_run_is_said_in_words(
    ding: Client, woken: list[tuple[str, int]]
) -> None:
    crowd()
    run = ask(ding)
    again = ding.post(
        "/desk/runs/start/", {"kind": "credit", "area": HEFEI, "month": f"{this_month():%Y-%m}"}
    )
    assert again.status_code == 409
    assert f"/desk/runs/{run.pk}/" in again.content.decode()
    later = {"kind": "credit", "area": HEFEI, "month": "2999-01"}
    assert "has not begun" in ding.post("/desk/runs/start/", later).content.decode()
    for wrong in ({"month": "March"}, {"month": ""}, {"area": "321000"}, {"kind": "interest"}):
        given = {"kind": "credit", "area": HEFEI, "month": "2026-01", **wrong}
        assert ding.post("/desk/runs/start/", given).status_code == 400, wrong
    for verb in ("go-on", "stop"):
        ding.post(f"/desk/runs/{run.pk}/{verb}/", {"sure": "1", "note": "x"})
    ding.post(f"/desk/runs/{run.pk}/put-aside/", {"note": "the roll is wrong"})
    ding.post(f"/desk/runs/{run.pk}/go-on/")
    run.refresh_from_db()
    assert run.state == Run.State.STOPPED
    assert "Start it anew" in page(ding, run)
    assert not Credit.objects.exists()


def test_a_year_is_looked_at_before_it_is_closed(
    ding: Client, woken: list[tuple[str, int]]
) -> None:
    year = timezone.localdate().year - 1
    given = {"kind": "interest", "area": HEFEI, "year": year}
    looked = ding.post("/desk/runs/start/", given)
    assert "Before a year is closed" in looked.content.decode()
    assert not Run.objects.exists()
    begun = ding.post("/desk/runs/start/", given | {"look_done": "1"})
    run = Run.objects.get(kind=Run.Kind.INTEREST)
    assert begun["Location"] == f"/desk/runs/{run.pk}/"
    assert post_run_task(run_id=run.pk)
    assert "On carried-over money" in page(ding, run)
    early = ding.post("/desk/runs/start/", given | {"look_done": "1", "year": year + 1})
    assert early.status_code == 409


def test_whom_a_run_left_out_is_listed_and_taken_as_a_file(
    ding: Client, woken: list[tuple[str, int]], django_assert_max_num_queries: Any
) -> None:
    persons = enrol("=cmd|' /C calc'!A0", "mei", area=HEFEI)
    Contribution.objects.bulk_create(
        Contribution(person=p, month=date(2021, 3, 1), base=5000, paid_on=date(2021, 3, 1))
        for p in persons
    )
    run = ask_and_post(ding)
    assert SkippedMonth.objects.filter(run=run).count() == 2
    text = page(ding, run)
    assert f"/desk/runs/{run.pk}/left-out/no_price_in_force/" in text
    with django_assert_max_num_queries(12):
        assert persons[1].number in page(ding, run, "left-out/no_price_in_force/")
    assert ding.get(f"/desk/runs/{run.pk}/left-out/base_missing/").status_code == 404
    answer = ding.get(f"/desk/runs/{run.pk}/left-out.csv")
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 3
    assert f"{persons[0].number},'=cmd" in rows[1]
    looks = AuditRecord.objects.filter(verb__in=["look.list", "accounts.skipped_months.handed_out"])
    assert looks.count() == 2


def ask_and_post(client: Client, area: str = HEFEI) -> Run:
    run = ask(client, area)
    count_prepared_run(run_id=run.pk)
    client.post(f"/desk/runs/{run.pk}/post/")
    post_run_task(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == Run.State.DONE
    return run


def test_the_bank_file_of_a_run_is_handed_out_only_after_a_second_person_released_it(
    ding: Client, woken: list[tuple[str, int]]
) -> None:
    persons = enrol("shen", area=PROVINCIAL, bank_account="6217000012345678901")
    persons += enrol("wu", area=PROVINCIAL)
    month = this_month()
    Contribution.objects.bulk_create(
        Contribution(person=p, month=month, base=5000, paid_on=month) for p in persons
    )
    run = ask_and_post(ding, PROVINCIAL)
    made = ding.post(f"/desk/bank/runs/{run.pk}/", follow=True)
    file = PaymentFile.objects.get()
    assert made.redirect_chain[-1][0] == f"/desk/bank/{file.pk}/"
    assert "6217000012345678901" not in made.content.decode()
    for client in (ding, desk("tao", Role.Kind.FINANCE_CLERK, "34")):
        assert client.post(f"/desk/bank/{file.pk}/take/").status_code == 404
        assert client.post(f"/desk/runs/{run.pk}/bank/1/").status_code == 404
        assert "6217000012345678901" not in client.get(f"/desk/runs/{run.pk}/").content.decode()
    ding.post(f"/desk/bank/{file.pk}/release/")
    assert ding.post(f"/desk/bank/{file.pk}/take/").status_code == 404
    desk("tao", Role.Kind.FINANCE_CLERK, "34").post(f"/desk/bank/{file.pk}/release/")
    first = ding.post(f"/desk/bank/{file.pk}/take/")
    assert b"6217000012345678901" in first.content
    assert ding.post(f"/desk/bank/{file.pk}/take/").content == first.content
    missing = ding.post(f"/desk/runs/{run.pk}/bank/missing/").content.decode("utf-8-sig")
    assert persons[1].number in missing
    assert f"/desk/bank/{file.pk}/" in page(ding, run)
    assert AuditRecord.objects.filter(verb="paying.handed_out").count() == 2
    gu = desk("gu", Role.Kind.AUDITOR, "34")
    assert gu.get(f"/desk/runs/{run.pk}/").status_code == 200
    assert gu.post(f"/desk/bank/{file.pk}/take/").status_code == 403
    ding.post(f"/desk/bank/runs/{run.pk}/")
    assert BankFile.objects.count() == PaymentFile.objects.count() == 1


def test_runs_of_other_areas_are_not_found(ding: Client, woken: list[tuple[str, int]]) -> None:
    crowd(3)
    run = ask(ding)
    wuhu = desk("tian", Role.Kind.FINANCE_CLERK, WUHU)
    assert wuhu.get(f"/desk/runs/{run.pk}/").status_code == 404
    assert f"/desk/runs/{run.pk}/" not in wuhu.get("/desk/runs/").content.decode()
    for verb in ("post", "go-on", "stop", "put-aside", "count"):
        assert (
            wuhu.post(f"/desk/runs/{run.pk}/{verb}/", {"sure": 1, "note": "x"}).status_code == 404
        )
    denied = wuhu.post(
        "/desk/runs/start/", {"kind": "credit", "area": HEFEI, "month": f"{this_month():%Y-%m}"}
    )
    assert denied.status_code == 400
    zhou = desk("zhou", Role.Kind.CASE_OFFICER, HEFEI)
    assert zhou.get("/desk/runs/").status_code == 404


def test_the_lists_are_filtered_and_stay_within_their_queries(
    ding: Client, woken: list[tuple[str, int]], django_assert_max_num_queries: Any
) -> None:
    crowd(3)
    run = ask_and_post(ding)
    with django_assert_max_num_queries(12):
        text = ding.get("/desk/runs/").content.decode()
    assert f"/desk/runs/{run.pk}/" in text
    for wish, there in {
        "kind=credit": True,
        "kind=disbursement": False,
        "kind=interest": False,
        "state=done": True,
        f"area={HEFEI}": True,
        f"area={WUHU}": False,
        "area=nowhere": True,
        "kind=nonsense&page=99": True,
    }.items():
        found = f"/desk/runs/{run.pk}/" in ding.get(f"/desk/runs/?{wish}").content.decode()
        assert found is there, wish
    with django_assert_max_num_queries(14):
        page(ding, run)


def test_files_are_given_so_many_times_an_hour(
    ding: Client, woken: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(3)
    run = ask_and_post(ding)
    monkeypatch.setitem(QUOTAS, "file", 2)
    cache.clear()
    codes = [ding.get(f"/desk/runs/{run.pk}/left-out.csv").status_code for _ in range(3)]
    assert codes == [200, 200, 429]
