"""Looking patients up: what is told, to whom, and how often."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from claims.api.models import LookupBudget
from claims.api.patients import open_token, seal_token
from claims.api.problems import Trouble
from families.payment_codes import show_code
from members import identity
from members.models import Person, User
from record.models import AuditRecord, Message
from tests.machines import Hospital, code_of, signed_in
from tests.people import HEFEI, WUHU, done, enrol_one, hospital

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin() -> Person:
    person = enrol_one("林志远", area=WUHU)
    Person.objects.filter(pk=person.pk).update(user=User.objects.create(username="lin"))
    return person


@pytest.fixture
def his() -> Hospital:
    return signed_in(hospital(HEFEI))


def payment_code(person: Person) -> str:
    user = User.objects.get(person=person)
    return done(show_code(by=user, person_id=person.pk, now=timezone.now())).digits


def by_code(his: Hospital, code: str) -> Any:
    return his.post("members/lookups", {"payment_code": code})


def by_number(his: Hospital, number: str) -> Any:
    return his.post("members/lookups", {"id_number": number, "reason": "forgot the phone"})


def id_number_of(person: Person) -> str:
    return identity.unseal(person.id_number_sealed)


def test_a_payment_code_tells_a_masked_name_an_area_and_nothing_else(
    his: Hospital, lin: Person
) -> None:
    answer = by_code(his, payment_code(lin))

    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert set(told) == {"patient", "expires_at", "name", "area"}
    assert (told["name"], told["area"]) == ("*志远", WUHU)
    now = timezone.now()
    assert open_token(told["patient"], institution_id=his.institution.pk, now=now) == lin.pk
    assert AuditRecord.objects.get(verb="claims.lookup").subject_id == lin.pk
    assert not Message.objects.filter(kind="looked_up").exists()


def test_a_payment_code_is_used_up(his: Hospital, lin: Person) -> None:
    code = payment_code(lin)
    by_code(his, code)
    answer = by_code(his, code)
    assert (answer.status_code, code_of(answer)) == (404, "no_such_person")


def test_an_id_number_needs_a_reason_and_tells_the_member(his: Hospital, lin: Person) -> None:
    without = his.post("members/lookups", {"id_number": id_number_of(lin)})
    assert (without.status_code, without.json()["field"]) == (422, "reason")

    answer = by_number(his, id_number_of(lin))
    assert answer.status_code == 200
    message = Message.objects.get(kind="looked_up")
    assert message.person_id == lin.pk
    assert message.data == {"institution": his.institution.name, "reason": "forgot the phone"}
    record = AuditRecord.objects.get(verb="claims.lookup")
    assert (record.purpose, record.actor_name) == (
        "forgot the phone",
        f"{his.institution.code} {his.machine.name}",
    )


@pytest.mark.parametrize("body", [{}, {"payment_code": "1", "id_number": "2", "reason": "abc"}])
def test_it_is_one_or_the_other(his: Hospital, body: dict[str, str]) -> None:
    answer = his.post("members/lookups", body)
    assert (answer.status_code, answer.json()["field"]) == (422, "payment_code")


def test_whoever_is_not_found_the_answer_is_the_same(his: Hospital, lin: Person) -> None:
    unknown = enrol_one("nobody")
    number = id_number_of(unknown)
    Person.objects.filter(pk=unknown.pk).update(id_number_index=b"x" * 32)
    broken = number[:-1] + ("1" if number[-1] != "1" else "2")

    answers = [
        by_number(his, number),
        by_number(his, broken),
        by_number(his, "12345"),
        by_code(his, "123456789012"),
        by_code(his, "no code"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert AuditRecord.objects.filter(verb="claims.lookup.nobody").count() == 5


def test_who_has_died_is_found_as_before(his: Hospital, lin: Person) -> None:
    before = by_number(his, id_number_of(lin)).json()
    Person.objects.filter(pk=lin.pk).update(left_on=date(2026, 1, 1), departure="death")
    after = by_number(his, id_number_of(lin)).json()
    assert (after["name"], after["area"]) == (before["name"], before["area"])


class TestBudget:
    @pytest.fixture(autouse=True)
    def _small(self, settings: Any) -> None:
        settings.LOOKUPS_BY_ID_NUMBER_AN_HOUR = 2
        settings.LOOKUPS_NOT_FOUND_AN_HOUR = 3

    def test_an_institution_has_so_many_an_hour(self, his: Hospital, lin: Person) -> None:
        number = id_number_of(lin)
        with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False):
            assert [by_number(his, number).status_code for _ in range(3)] == [200, 200, 429]
            late = by_number(his, number)
            assert code_of(late) == "too_many_lookups"
            assert 0 < int(late.headers["Retry-After"]) <= 3600
            # Others, and payment codes, have a budget of their own.
            assert by_number(signed_in(hospital(HEFEI)), number).status_code == 200
            assert by_code(his, payment_code(lin)).status_code == 200
        assert AuditRecord.objects.filter(verb="claims.lookup.used_up").count() == 1

    def test_the_next_hour_begins_anew(self, his: Hospital, lin: Person) -> None:
        LookupBudget.objects.create(
            institution=his.institution,
            kind="id_number",
            hour=timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1),
            used=99,
        )
        assert by_number(his, id_number_of(lin)).status_code == 200

    def test_who_finds_nobody_too_often_looks_nobody_up(self, his: Hospital, lin: Person) -> None:
        with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False):
            guesses = [by_code(his, f"{place:012d}").status_code for place in range(4)]
            assert guesses == [404, 404, 404, 429]
            assert by_code(his, payment_code(lin)).status_code == 429

    def test_it_is_kept_without_redis(self, his: Hospital, lin: Person, settings: Any) -> None:
        away = {"BACKEND": "config.cache.PatientRedisCache", "LOCATION": "redis://127.0.0.1:1"}
        settings.CACHES = {"default": away, "limits": away}
        number = id_number_of(lin)
        with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False):
            assert [by_number(his, number).status_code for _ in range(3)] == [200, 200, 429]


class TestToken:
    NOW = timezone.now()

    def trouble(self, token: str, *, institution_id: int = 7, later: int = 0) -> str:
        now = self.NOW + timedelta(minutes=later)
        with pytest.raises(Trouble) as raised:
            open_token(token, institution_id=institution_id, now=now)
        return raised.value.code

    def sealed(self) -> str:
        token, _ = seal_token(person_id=42, institution_id=7, now=self.NOW)
        return token

    def test_it_stands_for_one_person_at_one_institution_for_an_hour(self) -> None:
        token = self.sealed()
        assert open_token(token, institution_id=7, now=self.NOW) == 42
        assert self.trouble(token, institution_id=8) == "patient_token_expired"
        assert self.trouble(token, later=60) == "patient_token_expired"

    def test_it_says_nothing_and_is_never_the_same(self) -> None:
        assert self.sealed() != self.sealed()

    @pytest.mark.parametrize("place", range(0, 70, 9))
    def test_a_changed_one_is_none(self, place: int) -> None:
        token = self.sealed()
        other = "A" if token[place] != "A" else "B"
        changed = token[:place] + other + token[place + 1 :]
        assert self.trouble(changed) == "patient_token_expired"

    @pytest.mark.parametrize("token", ["", "x", "====", "AQ", "A" * 200])
    def test_what_is_none_is_refused(self, token: str) -> None:
        assert self.trouble(token) == "patient_token_expired"

    def test_a_former_secret_key_still_opens(self, settings: Any) -> None:
        token = self.sealed()
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another" * 10
        assert open_token(token, institution_id=7, now=self.NOW) == 42


def test_a_token_of_another_institution_settles_nothing(his: Hospital, lin: Person) -> None:
    other = signed_in(hospital(HEFEI))
    answer = his.settle(lin, "10.00", patient=other.patient(lin))
    assert (answer.status_code, code_of(answer)) == (422, "patient_token_expired")
    assert answer.json()["field"] == "patient"
