"""The watch: twelve frauds are found, honest people are left alone, a find is closed once."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.utils.html import escape
from django.utils.translation import override

from claims.models import Claim
from oversight import patterns
from oversight.finding import find_hits
from oversight.models import WatchConclusion, WatchHit
from oversight.patterns import TITLES
from oversight.watching import close_hit
from policy import plain_rules
from policy.plain_rules import PlainRulesError
from record.changes import NotAllowed
from record.models import AuditRecord, Role
from tests.people import ACTOR, HEFEI, WUHU, done, refused, staff
from tests.seeded import DAY, Seeded, claim, seed

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Seeded]:
    with django_db_blocker.unblock(), transaction.atomic():
        seeded = seed()
        find_hits(day=DAY, actor=ACTOR)
        yield seeded
        transaction.set_rollback(True)


@pytest.fixture
def seeded(made: Seeded, db: None) -> Seeded:
    return copy.copy(made)


def desk(name: str, kind: str, scope: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff(name, kind, scope))
    return client


@pytest.fixture
def zhou(seeded: Seeded) -> Client:
    return desk("zhou", Role.Kind.CASE_OFFICER, HEFEI)


def test_each_of_the_twelve_frauds_is_found(seeded: Seeded) -> None:
    assert set(seeded.guilty) == set(TITLES)
    assert len(TITLES) == 12
    missed = [
        name
        for name, (kind, key) in seeded.guilty.items()
        if not WatchHit.objects.filter(pattern=name, **{f"{kind}_id": key}).exists()
    ]
    assert missed == []


def test_fewer_than_two_in_a_hundred_honest_people_and_places_are_flagged(seeded: Seeded) -> None:
    people = {person.pk for person in seeded.innocent}
    places = {place.pk for place in seeded.places}
    flagged = WatchHit.objects.filter(person_id__in=people).values("person_id").distinct().count()
    flagged += (
        WatchHit.objects.filter(institution_id__in=places)
        .values("institution_id").distinct().count()
    )  # fmt: skip
    assert flagged < 0.02 * (len(people) + len(places))


def test_every_find_names_its_bills_and_what_was_counted(seeded: Seeded) -> None:
    for hit in WatchHit.objects.all():
        assert hit.claim_ids
        assert Claim.objects.filter(pk__in=hit.claim_ids).count() == len(set(hit.claim_ids))
        assert hit.figures
        assert patterns.said(hit.figures)
        assert hit.area == HEFEI


def test_what_was_found_is_not_found_again_and_nothing_is_blocked(seeded: Seeded) -> None:
    before = WatchHit.objects.count()
    states = set(Claim.objects.values_list("state", flat=True))
    assert sum(find_hits(day=DAY, actor=ACTOR).values()) == 0
    assert WatchHit.objects.count() == before
    assert states == {"settled"}


def test_a_bill_that_was_undone_or_came_on_paper_is_no_ground(seeded: Seeded) -> None:
    kind, key = seeded.guilty["after_death"]
    assert kind == "person"
    late = claim(
        seeded.innocent[0], seeded.places[0], 10, DAY, paper=True, hour=3, category="outpatient"
    )
    late.patient_id = key
    late.save()
    assert find_hits(day=DAY, actor=ACTOR)["after_death"] == 0


def test_an_officer_looks_at_a_find_and_closes_it_with_a_conclusion(
    seeded: Seeded, zhou: Client, django_assert_max_num_queries: Any
) -> None:
    hit = WatchHit.objects.get(pattern="drained_family")
    zhou.get("/desk/")  # The first page of a session notes where it is.
    with django_assert_max_num_queries(12):
        listed = zhou.get("/desk/watch/").content.decode()
    assert f"/desk/watch/{hit.pk}/" in listed
    assert "3 relatives paid" in listed
    with django_assert_max_num_queries(14):
        page = zhou.get(f"/desk/watch/{hit.pk}/").content.decode()
    for words in ("1,500.00", "3 relatives or more", "may be changed by", "Assumed"):
        assert words in page, words
    looked = AuditRecord.objects.get(verb="look", object=f"watchhit:{hit.pk}")
    assert looked.subject_id == hit.person_id
    assert zhou.post(f"/desk/watch/{hit.pk}/", {"verdict": "harmless"}).status_code == 400
    closed = {"verdict": "passed_on", "note": "the pharmacy is to be visited"}
    assert zhou.post(f"/desk/watch/{hit.pk}/", closed).status_code == 302
    assert "the pharmacy is to be visited" in zhou.get(f"/desk/watch/{hit.pk}/").content.decode()
    again = zhou.post(f"/desk/watch/{hit.pk}/", closed | {"verdict": "harmless"}, follow=True)
    assert "decided already" in again.content.decode()
    assert WatchConclusion.objects.get(hit=hit).verdict == "passed_on"
    assert f"/desk/watch/{hit.pk}/" not in zhou.get("/desk/watch/").content.decode()
    assert f"/desk/watch/{hit.pk}/" in zhou.get("/desk/watch/?state=closed").content.decode()


def test_finds_of_other_areas_are_not_found_and_only_watchers_close(seeded: Seeded) -> None:
    hit = WatchHit.objects.get(pattern="split_bills")
    sun = desk("sun", Role.Kind.CASE_OFFICER, WUHU)
    assert sun.get(f"/desk/watch/{hit.pk}/").status_code == 404
    assert f"/desk/watch/{hit.pk}/" not in sun.get("/desk/watch/").content.decode()
    given = {"verdict": "harmless", "note": "x"}
    assert sun.post(f"/desk/watch/{hit.pk}/", given).status_code == 404
    gu = desk("gu", Role.Kind.AUDITOR, "34")
    assert gu.get(f"/desk/watch/{hit.pk}/").status_code == 200
    assert gu.post(f"/desk/watch/{hit.pk}/", given).status_code == 403
    ding = staff("ding", Role.Kind.FINANCE_CLERK, "34")
    with pytest.raises(NotAllowed):
        close_hit(hit_id=hit.pk, **given, by=ding, day=DAY)
    wu = staff("wu", Role.Kind.REVIEWER, HEFEI)
    with pytest.raises(ValueError, match="conclusions"):
        close_hit(hit_id=hit.pk, verdict="guilty", note="x", by=wu, day=DAY)
    done(close_hit(hit_id=hit.pk, **given, by=wu, day=DAY))
    assert refused(close_hit(hit_id=hit.pk, **given, by=wu, day=DAY)) == "not_waiting"


def test_a_find_and_its_conclusion_never_change(seeded: Seeded) -> None:
    hit = WatchHit.objects.get(pattern="same_day", person_id=seeded.guilty["same_day"][1])
    wu = staff("wu", Role.Kind.REVIEWER, HEFEI)
    done(close_hit(hit_id=hit.pk, verdict="harmless", note="x", by=wu, day=DAY))
    for rows, change in (
        (WatchHit.objects.filter(pk=hit.pk), {"pattern": "other"}),
        (WatchConclusion.objects.filter(hit=hit), {"verdict": "mistake"}),
    ):
        for do in (partial(rows.update, **change), rows.delete):
            with pytest.raises((ProgrammingError, ProtectedError)), transaction.atomic():
                do()


def test_the_rules_are_shown_with_their_thresholds_and_who_may_change_them(zhou: Client) -> None:
    page = zhou.get("/desk/watch/rules/").content.decode()
    assert page.count("may be changed by") == 12
    with override("en"):
        for title in TITLES.values():
            assert escape(str(title)) in page
    assert "85% of the bills or more" in page


def test_a_file_of_rules_that_is_wrong_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    good = patterns.patterns()
    with pytest.raises(PlainRulesError, match="decided_by"):
        plain_rules._read("same_day", {"decided_by": "nobody", "note": "n", "note_zh": "n"})
    given = {"decided_by": "area", "note": "n", "note_zh": "n", "days": ["many"]}
    with pytest.raises(PlainRulesError, match="no number"):
        plain_rules._read("same_day", given)
    for name, pattern in good.items():
        assert pattern.sql, name
        assert pattern.note_zh, name


def test_the_command_finds_the_same(seeded: Seeded, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("watch", "--days", "40")
    assert "after_death: " in capsys.readouterr().out
