"""Living elsewhere, the member's side: applying, being asked, correcting, taking back, ending."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from families.moves import move
from members import residence
from members.back_dating import propose_back_dated
from members.models import Registration, RegistrationStep
from members.needs import needs_of
from policy.refusals import CLAUSES
from record import changes, papers
from record.changes import NotAllowed
from record.models import Change, Message, Paper
from record.operations import Actor
from tests.hostile import photo
from tests.household import HEFEI, WUHU, Household, standing
from tests.people import ACTOR, BENGBU, done, refused, staff

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return copy.deepcopy(made)


def client_of(home: Household, name: str = "lin") -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(home.users[name])
    return client


def applied(home: Household, name: str = "lin", area: str = WUHU, **facts: Any) -> Registration:
    return done(
        residence.apply_for_residence(
            person_id=home.person(name).pk,
            area=area,
            kind="long_term",
            day=home.today,
            actor=ACTOR,
            **facts,
        )
    )


def approved(row: Registration, home: Household) -> Registration:
    return done(
        residence.approve_residence(
            registration_id=row.pk, begins_on=home.today, day=home.today, actor=ACTOR
        )
    )


def facts(home: Household, **other: Any) -> dict[str, Any]:
    return {"kind": "long_term", "area": WUHU, "since": "2025-05-01", "wished_from": "",
            "note": "With my daughter.", **other}  # fmt: skip


def kinds(row: Registration) -> list[str]:
    return list(row.steps.values_list("kind", flat=True))


# --- applying in steps ----------------------------------------------------------------------------


def test_a_member_applies_in_steps_and_reads_what_happens_next(home: Household) -> None:
    client = client_of(home)
    first = client.post(reverse("members:residence_apply"), facts(home))
    assert first["Location"] == reverse("members:residence_papers")
    upload = {"papers": [SimpleUploadedFile("permit.jpg", photo())]}
    assert client.post(first["Location"], upload).status_code == 302
    shown = client.get(reverse("members:residence_review")).content.decode()
    for word in ("Wuhu", "1 May 2025", "permit.jpg", "With my daughter."):
        assert word in shown
    answer = client.post(reverse("members:residence_review"))
    row = Registration.objects.get(person=home.person("lin"))
    assert answer["Location"] == reverse("members:residence_sent", args=[row.pk])
    assert row.number in client.get(answer["Location"]).content.decode()
    assert kinds(row) == ["apply"]
    assert papers.papers_of("registration", row.pk).get().title == "permit.jpg"
    # Sent once: the way is empty again.
    assert client.get(reverse("members:residence_review")).status_code == 302


def test_one_bad_file_does_not_cost_the_good_one(home: Household) -> None:
    client = client_of(home)
    client.post(reverse("members:residence_apply"), facts(home))
    page = reverse("members:residence_papers")
    answer = client.post(
        page,
        {"papers": [SimpleUploadedFile("a.jpg", photo()), SimpleUploadedFile("b.jpg", b"<html>")]},
    )
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "This is a web page, whatever its name says." in text
    assert "The others are kept" in text
    kept = Paper.objects.get(kind="draft")
    client.post(page, {"remove": str(kept.key)})
    assert not Paper.objects.filter(kind="draft").exists()
    assert client.post(page, {"remove": "nonsense"}).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": "resettled"}, "This is for people who are retired"),
        ({"area": HEFEI}, "not one of the available choices"),
        ({"area": "999999"}, "not one of the available choices"),
        ({"since": "1066-10-14"}, "Look at the year"),
        ({"since": "2025-05-01", "wished_from": "2025-04-30"}, "before you live there"),
        ({"wished_from": "2099-01-01"}, "more than a year ahead"),
        ({"since": ""}, "This field is required"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    home: Household, wrong: dict[str, str], words: str
) -> None:
    answer = client_of(home).post(reverse("members:residence_apply"), facts(home, **wrong))
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_the_law_refuses_at_its_border(home: Household) -> None:
    lin = home.person("lin")
    ask: dict[str, Any] = {"day": home.today, "actor": ACTOR, "person_id": lin.pk}
    assert refused(residence.apply_for_residence(area=HEFEI, kind="long_term", **ask)) == (
        "residence_at_home"
    )
    assert refused(residence.apply_for_residence(area=WUHU, kind="holiday", **ask)) == (
        "residence_kind_not_allowed"
    )
    applied(home)
    assert refused(residence.apply_for_residence(area=WUHU, kind="posted", **ask)) == (
        "already_applied"
    )
    assert {"residence_at_home", "residence_kind_not_allowed", "changed_meanwhile"} <= set(CLAUSES)


# --- what a member can do afterwards --------------------------------------------------------------


def test_what_was_asked_for_is_added_and_the_application_waits_again(home: Household) -> None:
    row = applied(home)
    zhou = Actor(name="zhou", user_id=home.users["zhou"].pk)
    done(
        residence.ask_about_residence(
            registration_id=row.pk, note="Please a permit.", day=home.today, actor=zhou
        )
    )
    (need,) = needs_of(home.person("lin"), home.today)
    assert need["url"] == reverse("members:residence_correct", args=[row.pk])
    client = client_of(home)
    page = client.get(reverse("members:residence_detail", args=[row.pk])).content.decode()
    assert "Please a permit." in page
    assert 'aria-current="step"' in page
    answer = client.post(
        need["url"], facts(home, papers=[SimpleUploadedFile("p.jpg", photo())], area=BENGBU)
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.area) == ("applied", BENGBU)
    last = row.steps.last()
    assert last is not None
    assert last.data["changed"]["area"] == [WUHU, BENGBU]
    assert last.data["papers"] == 1
    assert not needs_of(home.person("lin"), home.today)


def test_taking_back_can_be_taken_back_by_sending_again(home: Household) -> None:
    row = applied(home, since=home.today)
    client = client_of(home)
    client.post(reverse("members:residence_withdraw", args=[row.pk]))
    page = client.get(reverse("members:residence_detail", args=[row.pk])).content.decode()
    assert "Send it again" in page
    again = client.get(reverse("members:residence_apply"), {"again": row.pk}).content.decode()
    assert f'value="{home.today:%Y-%m-%d}"' in again
    # What is decided is not found where it could be changed.
    assert client.get(reverse("members:residence_correct", args=[row.pk])).status_code == 404


def test_an_end_can_be_taken_back_until_its_day_is_over(home: Household) -> None:
    row = approved(applied(home), home)
    client = client_of(home)
    yesterday = home.today - timedelta(days=1)
    page = reverse("members:residence_end", args=[row.pk])
    assert client.post(page, {"ends_on": yesterday}).status_code == 400
    soon = home.today + timedelta(days=3)
    client.post(page, {"ends_on": soon})
    row.refresh_from_db()
    assert row.ends_on == soon
    client.post(reverse("members:residence_resume", args=[row.pk]))
    row = Registration.objects.get(pk=row.pk)
    assert row.ends_on is None
    assert kinds(row) == ["apply", "approve", "end", "resume"]
    done(
        residence.end_registration(
            registration_id=row.pk, ends_on=home.today, day=home.today, actor=ACTOR
        )
    )
    late = residence.resume_residence(
        registration_id=row.pk, day=home.today + timedelta(days=1), actor=ACTOR
    )
    assert refused(late) == "end_stays"


def test_a_move_ends_it_and_says_so(home: Household) -> None:
    row = approved(applied(home, "chen"), home)
    open_row = applied(home, "chen", area=BENGBU)
    done(move(person_id=home.person("chen").pk, area=WUHU, day=home.today, actor=ACTOR))
    row.refresh_from_db()
    assert row.ends_on == home.today
    assert kinds(row)[-1] == "lapse"
    assert Registration.objects.get(pk=open_row.pk).state == "applied"
    page = client_of(home, "chen").get(reverse("members:residence_detail", args=[row.pk]))
    assert "moved to another area" in page.content.decode()


def test_steps_only_grow(home: Household) -> None:
    row = applied(home)
    for harm in (row.steps.all().delete, lambda: row.steps.update(note="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            harm()
    assert RegistrationStep.objects.filter(registration=row).count() == 1


# --- deciding -------------------------------------------------------------------------------------


def test_nobody_approves_what_has_changed_since_they_looked(home: Household) -> None:
    row = applied(home)
    seen = row.steps.count()
    done(
        residence.correct_residence(
            registration_id=row.pk, area=BENGBU, kind="posted", since=None, wished_from=None,
            note="", draft="", day=home.today, actor=ACTOR,
        )
    )  # fmt: skip
    decide: dict[str, Any] = {"registration_id": row.pk, "day": home.today, "actor": ACTOR}
    late = residence.approve_residence(begins_on=home.today, seen=seen, **decide)
    assert refused(late) == "changed_meanwhile"
    done(residence.withdraw_residence(**decide))
    assert refused(residence.approve_residence(begins_on=home.today, **decide)) == "not_waiting"


def test_a_day_that_is_over_needs_a_reviewer_too(home: Household) -> None:
    row = applied(home)
    day = home.today
    early = day - timedelta(days=30)
    alone = residence.approve_residence(
        registration_id=row.pk, begins_on=early, day=day, actor=ACTOR
    )
    assert refused(alone) == "back_dated_needs_two"
    zhou, wu = home.users["zhou"], staff("wu-reviewer", "reviewer", HEFEI)
    told: dict[str, Any] = {
        "registration_id": row.pk,
        "begins_on": early,
        "note": "By the permit.",
        "seen": 1,
    }
    change = done(propose_back_dated(by=zhou, day=day, **told))
    assert isinstance(change, Change)
    with pytest.raises(NotAllowed):
        changes.approve(change_id=change.pk, by=zhou, day=day)
    done(changes.approve(change_id=change.pk, by=wu, day=day))
    row.refresh_from_db()
    assert (row.state, row.begins_on, row.note) == ("approved", early, "By the permit.")


def test_what_the_member_does_takes_a_proposal_with_it(home: Household) -> None:
    row = applied(home)
    change = done(
        propose_back_dated(
            registration_id=row.pk, begins_on=home.today - timedelta(days=9), note="", seen=1,
            by=home.users["zhou"], day=home.today,
        )
    )  # fmt: skip
    assert isinstance(change, Change)
    done(residence.withdraw_residence(registration_id=row.pk, day=home.today, actor=ACTOR))
    change.refresh_from_db()
    assert change.state == Change.State.WITHDRAWN
    assert Message.objects.filter(kind="change_supersede", user=home.users["zhou"]).exists()


# --- pages ----------------------------------------------------------------------------------------


def test_each_page_stays_within_its_queries(home: Household) -> None:
    row = approved(applied(home), home)
    client = client_of(home)
    for view, args in (
        ("members:residence", []),
        ("members:residence_apply", []),
        ("members:residence_detail", [row.pk]),
        ("members:residence_end", [row.pk]),
    ):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(view, args=args)).status_code == 200
        asked = [q for q in queries if "SAVEPOINT" not in q["sql"]]
        assert len(asked) <= 12, view


def test_residents_and_the_unlinked_cannot_apply(home: Household) -> None:
    page = client_of(home, "wen").get(reverse("members:residence")).content.decode()
    assert "residents" in page
    assert client_of(home, "wen").get(reverse("members:residence_apply")).status_code == 302
