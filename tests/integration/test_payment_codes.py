"""Payment codes: who may have whose shown, and what one is good for."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from families.models import Binding
from families.payment_codes import minor_children_of, show_code
from members import payment_codes
from members.models import PaymentCode, Person, User
from members.payment_codes import CODES_AN_HOUR, ShownCode, forget_old_codes, print_code, use_code
from record.changes import NotAllowed
from record.models import AuditRecord, Role
from record.operations import operation
from tests.people import HEFEI, WUHU, bound, done, enrol_one, refused, staff
from tests.together import at_once

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def user_of(person: Person) -> User:
    user = User.objects.create(username=f"user-{person.number}")
    Person.objects.filter(pk=person.pk).update(user=user)
    return user


@pytest.fixture
def lin() -> Person:
    return enrol_one("林志远", born=date(1985, 3, 4))


def shown(person: Person, *, of: Person | None = None, now: datetime = NOON) -> ShownCode:
    user = User.objects.filter(person=person).first() or user_of(person)
    return done(show_code(by=user, person_id=(of or person).pk, now=now))


def used(text: str, *, now: datetime = NOON) -> int | None:
    return done(operation(use_code)(text=text, institution_code="H1", now=now))


def test_a_code_tells_once_who_is_there(lin: Person) -> None:
    code = shown(lin)

    assert used(code.digits) == lin.pk
    assert used(code.digits) is None
    assert PaymentCode.objects.get().used_by == "H1"


@pytest.mark.parametrize("write", ["{0.digits}", "{0.grouped}", "{0.qr_content}", " {0.grouped} "])
def test_a_code_may_be_scanned_or_typed(lin: Person, write: str) -> None:
    assert used(write.format(shown(lin))) == lin.pk


@pytest.mark.parametrize(
    "text", ["", "1", "x" * 12, "１２３４５６７８９０１２", "1" * 13, "MAPC2:" + "1" * 12]
)
def test_what_is_no_code_is_nobodys(lin: Person, text: str) -> None:
    shown(lin)
    assert used(text) is None


def test_a_code_is_good_for_two_minutes(lin: Person) -> None:
    code = shown(lin)

    assert used(code.digits, now=NOON + timedelta(seconds=120)) is None
    assert used(code.digits, now=NOON + timedelta(seconds=119)) == lin.pk


def test_a_new_code_ends_the_one_before(lin: Person) -> None:
    first, second = shown(lin), shown(lin)

    assert used(first.digits) is None
    assert used(second.digits) == lin.pk


def test_nothing_in_a_code_tells_who_it_is(lin: Person) -> None:
    first, second = shown(lin), shown(lin)

    assert first.digits != second.digits
    row = PaymentCode.objects.get(pk=first.code_id)
    assert first.digits.encode() not in bytes(row.code_hash)
    assert first.digits not in str(list(AuditRecord.objects.values()))
    assert first.qr_content == f"MAPC1:{first.digits}"


def test_the_qr_is_a_path_of_whole_modules(lin: Person) -> None:
    side, path = shown(lin).qr_path()

    assert side == 33
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", path)


def test_a_parent_shows_the_code_of_a_minor_whoever_stated_the_relation(lin: Person) -> None:
    wen = enrol_one("林小满", born=date(2015, 6, 1), scheme="resident")
    mei = enrol_one("梅晓云", born=date(1986, 7, 9))
    bound(lin, wen, day=DAY, relation="child")
    bound(wen_pays := enrol_one("林大宝", born=date(2009, 1, 1)), mei, day=DAY, relation="parent")

    assert used(shown(lin, of=wen).digits) == wen.pk
    assert used(shown(mei, of=wen_pays).digits) == wen_pays.pk


def test_no_code_is_shown_of_the_spouse_of_a_parent_or_of_a_stranger(lin: Person) -> None:
    mei, yu, chen = (enrol_one(name) for name in ("梅晓云", "林国栋", "陈立"))
    bound(lin, mei, day=DAY, relation="spouse")
    bound(lin, yu, day=DAY, relation="parent")

    for other in (mei, yu, chen):
        with pytest.raises(NotAllowed):
            shown(lin, of=other)
    with pytest.raises(NotAllowed):
        shown(yu, of=lin)
    assert not PaymentCode.objects.exists()


def test_a_child_is_of_age_on_the_day_of_its_eighteenth_birthday(lin: Person) -> None:
    child = enrol_one("林小满", born=date(2008, 11, 21))
    leap = enrol_one("林闰", born=date(2012, 2, 29))
    for one in (child, leap):
        bound(lin, one, day=DAY, relation="child")

    assert minor_children_of(lin, day=DAY) == [child, leap]
    assert minor_children_of(lin, day=date(2026, 11, 21)) == [leap]
    assert minor_children_of(lin, day=date(2030, 2, 28)) == [leap]
    assert minor_children_of(lin, day=date(2030, 3, 1)) == []


def test_an_ended_relation_shows_nothing(lin: Person) -> None:
    wen = enrol_one("林小满", born=date(2015, 6, 1))
    binding = bound(lin, wen, day=DAY, relation="child")
    Binding.objects.filter(pk=binding.pk).update(ended_on=DAY, ended_code="unbound")

    assert minor_children_of(lin, day=DAY) == []


def test_a_counter_prints_for_its_own_area_and_says_why(lin: Person) -> None:
    zhou = staff("zhou", Role.Kind.CASE_OFFICER, HEFEI)
    sun = staff("sun", Role.Kind.CASE_OFFICER, WUHU)

    code = done(print_code(person_id=lin.pk, by=zhou, now=NOON, purpose="forgot the phone"))
    assert used(code.digits) == lin.pk
    record = AuditRecord.objects.get(verb="members.payment_code.print")
    assert (record.subject_id, record.purpose) == (lin.pk, "forgot the phone")
    with pytest.raises(NotAllowed):
        print_code(person_id=lin.pk, by=sun, now=NOON, purpose="")


def test_who_has_left_shows_none(lin: Person) -> None:
    zhou = staff("zhou", Role.Kind.CASE_OFFICER, HEFEI)
    user = user_of(lin)
    Person.objects.filter(pk=lin.pk).update(left_on=DAY, departure="emigration")

    assert refused(show_code(by=user, person_id=lin.pk, now=NOON)) == "member_left"
    client = Client()
    client.force_login(user)
    page = client.get(reverse("families:payment_code"))
    assert page.status_code == 409
    assert "data-seconds" not in page.content.decode()
    outcome = print_code(person_id=lin.pk, by=zhou, now=NOON, purpose="")
    assert refused(outcome) == "member_left"


def test_a_user_has_so_many_shown_in_an_hour(lin: Person) -> None:
    user = user_of(lin)
    PaymentCode.objects.bulk_create(
        PaymentCode(
            person=lin,
            code_hash=f"{place:032d}".encode(),
            shown_by=user,
            issued_at=NOON - timedelta(minutes=59),
            expires_at=NOON - timedelta(minutes=57),
        )
        for place in range(CODES_AN_HOUR)
    )

    outcome = show_code(by=user, person_id=lin.pk, now=NOON)
    assert refused(outcome) == "too_many_codes"
    assert done(show_code(by=user, person_id=lin.pk, now=NOON + timedelta(minutes=1)))


def test_its_page_learns_when_a_code_was_used(lin: Person) -> None:
    code, user = shown(lin), User.objects.get(person=lin)

    assert payment_codes.used_at(code_id=code.code_id, shown_by=user) is None
    used(code.digits)
    assert payment_codes.used_at(code_id=code.code_id, shown_by=user) == NOON
    chen = user_of(enrol_one("陈立"))
    assert payment_codes.used_at(code_id=code.code_id, shown_by=chen) is None


def test_old_codes_are_forgotten_and_young_ones_kept(lin: Person) -> None:
    shown(lin)

    assert forget_old_codes(now=NOON + timedelta(days=1)) == 0
    assert forget_old_codes(now=NOON + timedelta(days=1, minutes=3)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_use_a_code_at_once_one_learns_who_it_is(lin: Person) -> None:
    code = shown(lin)

    answers = at_once([partial(used, code.digits)] * 8)
    assert sorted(answers, key=str) == [lin.pk, *[None] * 7]
