"""Tying a user to an insured person: one answer for everybody, five tries a day, a short code."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from families.departures import report_death
from members import identity
from members.identity_providers import NATIONAL_EID
from members.linking import (
    ASKS_A_DAY,
    ASKS_A_DAY_FROM_AN_ADDRESS,
    CODE_LIVES,
    TRIES_A_CODE,
    Outcome,
    finish_linking,
    link_in_person,
    start_linking,
)
from members.models import LinkCode, Person, User
from record.changes import NotAllowed
from record.models import Message
from record.outbox import send_waiting
from tests.household import ACTOR, PASSWORD, Household, id_number, standing

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return copy.deepcopy(made)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def unlink(home: Household, name: str) -> Person:
    Person.objects.filter(pk=home.person(name).pk).update(user=None)
    return home.person(name)


def newcomer(name: str) -> User:
    return User.objects.create_user(name, password=PASSWORD)


def sent_code() -> str | None:
    """Return the code of the newest message, or None where it goes to nobody."""
    message = Message.objects.filter(kind="link_code").order_by("-pk").first()
    assert message is not None
    if message.person_id is None:
        return None
    return identity.unseal(bytes.fromhex(message.data["code_sealed"]))


def ask(home: Household, user: User, name: str, *, called: str = "", now: datetime) -> Outcome:
    outcome = start_linking(
        user_id=user.pk,
        id_number=home.id_numbers[name],
        name=called or home.person(name).name,
        now=now,
    )
    assert isinstance(outcome, Outcome)
    return outcome


def test_the_code_goes_to_the_person_on_record_and_ties_the_user(
    home: Household, now: datetime
) -> None:
    person, user = unlink(home, "lin"), newcomer("lin2")
    assert ask(home, user, "lin", now=now) is Outcome.SENT
    assert Message.objects.get(kind="link_code").person_id == person.pk
    code = sent_code()
    assert code is not None
    assert re.fullmatch(r"\d{6}", code)
    assert finish_linking(user_id=user.pk, answer=f" {code} ", now=now) is Outcome.LINKED
    person.refresh_from_db()
    assert person.user == user
    assert finish_linking(user_id=user.pk, answer="", now=now) is Outcome.LINKED


def test_the_relay_sends_the_code_to_the_phone_on_record(
    home: Household, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    unlink(home, "lin")
    Message.objects.update(state=Message.State.SENT)
    ask(home, newcomer("lin2"), "lin", now=now)
    ask(home, newcomer("asker"), "lin", called="不对", now=now)
    with caplog.at_level("INFO"):
        assert send_waiting() == 2
    code = identity.unseal(
        bytes.fromhex(
            Message.objects.get(person=home.person("lin"), kind="link_code").data["code_sealed"]
        )
    )
    sent = [line for line in caplog.messages if line.startswith("SMS to")]
    assert len(sent) == 1
    assert sent[0].startswith("SMS to 138****00")
    assert code in sent[0]
    assert "不要告诉别人" in sent[0]


def test_neither_code_nor_its_plain_hash_is_in_the_database(home: Household, now: datetime) -> None:
    unlink(home, "lin")
    ask(home, newcomer("lin2"), "lin", now=now)
    code = sent_code()
    assert code is not None
    row = LinkCode.objects.get()
    assert code not in str(Message.objects.get(kind="link_code").data)
    assert bytes(row.code_hash) != identity.index_of(code)


def mask(html: bytes) -> bytes:
    """A page without what differs by request: its token."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", html)


def test_every_case_gets_the_same_bytes_after_the_same_work(home: Household, now: datetime) -> None:
    for name in ("lin", "chen", "bao", "yang", "wen"):
        unlink(home, name)
    Person.objects.filter(pk=home.person("bao").pk).update(phone="")
    report_death(person_id=home.person("chen").pk, died_on=home.today, day=home.today, actor=ACTOR)
    unknown = id_number(home.person("lin").born, 777)
    cases = {
        "right": (home.id_numbers["lin"], home.person("lin").name),
        "another name": (home.id_numbers["yang"], "王不对"),
        "nobody": (unknown, "李无名"),
        "dead": (home.id_numbers["chen"], home.person("chen").name),
        "a minor": (home.id_numbers["wen"], home.person("wen").name),
        "no phone": (home.id_numbers["bao"], home.person("bao").name),
        "linked already": (home.id_numbers["mei"], home.person("mei").name),
    }
    seen = set()
    for place, (case, (number, name)) in enumerate(cases.items()):
        client = Client(headers={"accept-language": "zh-CN"})
        client.force_login(newcomer(f"asker{place}"))
        with CaptureQueriesContext(connection) as captured:
            answer = client.post("/link/", {"id_number": number, "name": name}, follow=True)
        assert answer.redirect_chain == [("/link/code/", 302)], case
        wrong = client.post("/link/code/", {"code": "abcdef"})
        shapes = [q["sql"].split("VALUES")[0][:60] for q in captured.captured_queries]
        seen.add((mask(answer.content), wrong.status_code, mask(wrong.content), tuple(shapes)))
    assert len(seen) == 1
    assert LinkCode.objects.exclude(person=None).count() == 1


def test_a_minor_is_tied_at_a_counter_but_not_by_a_code_or_an_eid(
    home: Household, now: datetime
) -> None:
    person = unlink(home, "wen")
    user = newcomer("wen2")
    ask(home, user, "wen", now=now)
    assert sent_code() is None
    SocialAccount.objects.create(
        user=user,
        provider="eid",
        uid="1",
        extra_data={"id_number": home.id_numbers["wen"], "name": person.name},
    )
    done = finish_linking(user_id=user.pk, answer="", now=now, provider=NATIONAL_EID)
    assert done is Outcome.NOT_LINKED
    at_counter = link_in_person(
        user_id=user.pk, person_id=person.pk, by=home.users["zhou"], now=now
    )
    assert at_counter is Outcome.LINKED


def test_a_minor_who_works_is_tied_by_a_code(home: Household, now: datetime) -> None:
    person = unlink(home, "wen")
    person.enrolments.update(scheme="employee")
    ask(home, newcomer("wen2"), "wen", now=now)
    assert sent_code() is not None


def test_a_sixth_try_of_a_day_is_refused_with_clear_words(home: Household) -> None:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(home.users["nobody"])
    form = {"id_number": home.id_numbers["lin"], "name": "不对"}
    for _ in range(ASKS_A_DAY):
        assert client.post("/link/", form).status_code == 302
    answer = client.post("/link/", form)
    assert answer.status_code == 429
    assert "每天最多试五次" in answer.content.decode()
    assert LinkCode.objects.count() == ASKS_A_DAY


def test_many_users_of_one_address_share_a_limit(home: Household, now: datetime) -> None:
    for place in range(ASKS_A_DAY_FROM_AN_ADDRESS + 1):
        outcome = start_linking(
            user_id=newcomer(f"asker{place}").pk,
            id_number=home.id_numbers["lin"],
            name="不对",
            now=now,
            address="203.0.113.9",
        )
    assert outcome is Outcome.TOO_MANY
    assert LinkCode.objects.count() == ASKS_A_DAY_FROM_AN_ADDRESS


def test_tries_begin_anew_on_the_next_day(home: Household, now: datetime) -> None:
    user = newcomer("asker")
    for _ in range(ASKS_A_DAY):
        ask(home, user, "lin", now=now)
    assert ask(home, user, "lin", now=now) is Outcome.TOO_MANY
    assert ask(home, user, "lin", now=now + timedelta(days=1)) is Outcome.SENT


def test_a_code_runs_out(home: Household, now: datetime) -> None:
    unlink(home, "lin")
    user = newcomer("lin2")
    ask(home, user, "lin", now=now)
    code = sent_code()
    assert code is not None
    late = now + CODE_LIVES
    assert finish_linking(user_id=user.pk, answer=code, now=late) is Outcome.NOT_LINKED


def test_a_code_bears_a_few_tries(home: Household, now: datetime) -> None:
    unlink(home, "lin")
    user = newcomer("lin2")
    ask(home, user, "lin", now=now)
    code = sent_code()
    assert code is not None
    for _ in range(TRIES_A_CODE):
        assert finish_linking(user_id=user.pk, answer="wrong", now=now) is Outcome.NOT_LINKED
    assert finish_linking(user_id=user.pk, answer=code, now=now) is Outcome.NOT_LINKED


def test_another_user_s_code_is_worth_nothing(home: Household, now: datetime) -> None:
    unlink(home, "lin")
    ask(home, newcomer("lin2"), "lin", now=now)
    code = sent_code()
    assert code is not None
    thief = newcomer("thief")
    assert finish_linking(user_id=thief.pk, answer=code, now=now) is Outcome.NOT_LINKED


def test_two_users_cannot_become_one_person(home: Household, now: datetime) -> None:
    unlink(home, "lin")
    first, second = newcomer("first"), newcomer("second")
    ask(home, first, "lin", now=now)
    code = sent_code()
    ask(home, second, "lin", now=now)
    other = sent_code()
    assert code is not None
    assert other is not None
    assert finish_linking(user_id=first.pk, answer=code, now=now) is Outcome.LINKED
    assert finish_linking(user_id=second.pk, answer=other, now=now) is Outcome.NOT_LINKED


def test_a_name_may_be_typed_with_other_blanks_and_dots(home: Household, now: datetime) -> None:
    person = unlink(home, "lin")
    Person.objects.filter(pk=person.pk).update(name="阿依·古丽")
    ask(home, newcomer("lin2"), "lin", called=" 阿依•古 丽", now=now)
    assert sent_code() is not None


def test_the_form_says_what_is_wrong_with_a_number(home: Household) -> None:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(home.users["nobody"])
    good = home.id_numbers["lin"]
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    for number, words in (("123", "18 位"), (wrong, "有一位数字不对")):
        answer = client.post("/link/", {"id_number": number, "name": "林"})
        assert answer.status_code == 400
        assert words in answer.content.decode()
    assert not LinkCode.objects.exists()


def test_an_officer_of_the_area_links_in_person(home: Household, now: datetime) -> None:
    person, user = unlink(home, "bao"), newcomer("bao2")
    Person.objects.filter(pk=person.pk).update(phone="")
    with pytest.raises(NotAllowed):
        link_in_person(user_id=user.pk, person_id=person.pk, by=home.users["wu"], now=now)
    elsewhere = unlink(home, "yang")
    with pytest.raises(NotAllowed):
        link_in_person(user_id=user.pk, person_id=elsewhere.pk, by=home.users["zhou"], now=now)
    with pytest.raises(NotAllowed):
        link_in_person(
            user_id=home.users["zhou"].pk, person_id=person.pk, by=home.users["zhou"], now=now
        )
    done = link_in_person(user_id=user.pk, person_id=person.pk, by=home.users["zhou"], now=now)
    assert done is Outcome.LINKED
    person.refresh_from_db()
    assert person.user == user


def test_a_national_eid_takes_the_code_s_place(home: Household, now: datetime) -> None:
    person, user = unlink(home, "lin"), newcomer("lin2")
    SocialAccount.objects.create(
        user=user,
        provider="eid",
        uid="1",
        extra_data={"userinfo": {"id_number": home.id_numbers["lin"], "name": "林志远"}},
    )
    done = finish_linking(user_id=user.pk, answer="", now=now, provider=NATIONAL_EID)
    assert done is Outcome.LINKED
    person.refresh_from_db()
    assert person.user == user


@pytest.mark.parametrize("claims", [{}, {"id_number": "123", "name": "林志远"}, {"name": "林志远"}])
def test_an_eid_that_says_nothing_links_nobody(
    home: Household, now: datetime, claims: dict[str, str]
) -> None:
    unlink(home, "lin")
    user = newcomer("lin2")
    SocialAccount.objects.create(user=user, provider="eid", uid="1", extra_data=claims)
    done = finish_linking(user_id=user.pk, answer="", now=now, provider=NATIONAL_EID)
    assert done is Outcome.NOT_LINKED


def test_staff_read_where_their_work_is(home: Household) -> None:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(home.users["zhou"])
    assert "去管理后台" in client.get("/link/").content.decode()
    assert "身份证号" in client.get("/link/?own").content.decode()
