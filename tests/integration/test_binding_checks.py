"""The after-check of bindings: asked, answered, closed, on its pages, and who may."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.db.models import ProtectedError
from django.test import Client

from families.bindings import unbind
from families.checking import operations
from families.checking.drawing import draw_checks
from families.checking.rules import FLAGS, TIP, check_rules
from families.checking.words import TITLES
from families.models import Binding, BindingCheck, CheckDraw
from families.staff_changes import propose_end
from members.models import Person, User
from record import changes
from record.changes import NotAllowed
from record.models import AuditRecord, Change, Message, Role
from tests.checked import LAST_MONTH, MONTH, TODAY, couple, drawn
from tests.household import signed_in
from tests.people import (
    ACTOR,
    HEFEI,
    WUHU,
    done,
    refused,
    staff,
)

pytestmark = pytest.mark.django_db


# --- asked and answered -----------------------------------------------------------------------


@pytest.fixture
def check() -> BindingCheck:
    return drawn()


@pytest.fixture
def zhou() -> User:
    return staff("zhou", Role.Kind.CASE_OFFICER, HEFEI)


def asked(check: BindingCheck, zhou: User) -> BindingCheck:
    assert operations.ask(check_ids=[check.pk], by=zhou, day=TODAY) == 1
    check.refresh_from_db()
    return check


def answer(check: BindingCheck, *, right: bool) -> Any:
    return operations.answer(
        check_id=check.pk,
        person_id=check.binding.authorizer_id,
        right=right,
        note="",
        day=TODAY,
        actor=ACTOR,
    )


def test_the_authorizer_is_asked_by_a_message_and_has_some_days(
    check: BindingCheck, zhou: User
) -> None:
    asked(check, zhou)
    assert check.answer_by == TODAY + timedelta(days=14)
    message = Message.objects.get(kind="binding_check")
    assert message.person_id == check.binding.authorizer_id
    assert message.data == {"check": check.pk}
    # Who is asked already has their days; after them they can be asked once more.
    assert operations.ask(check_ids=[check.pk], by=zhou, day=TODAY) == 0
    later = TODAY + timedelta(days=15)
    assert operations.ask(check_ids=[check.pk], by=zhou, day=later) == 1


def test_a_right_binding_stays_and_a_wrong_one_ends_at_once(
    check: BindingCheck, zhou: User
) -> None:
    asked(check, zhou)
    other = asked(drawn(), zhou)
    done(answer(check, right=True))
    done(answer(other, right=False))
    for one in (check.binding, other.binding):
        one.refresh_from_db()
    assert check.binding.ended_on is None
    assert (other.binding.ended_on, other.binding.ended_code) == (TODAY, "denied")
    assert {m.person_id for m in Message.objects.filter(kind="binding_ended")} == {
        other.binding.authorizer_id,
        other.binding.member_id,
    }
    assert refused(answer(check, right=False)) == "not_waiting"


def test_nobody_answers_what_was_not_asked_or_is_another_s(check: BindingCheck, zhou: User) -> None:
    assert refused(answer(check, right=True)) == "not_waiting"
    asked(check, zhou)
    with pytest.raises(Binding.DoesNotExist):
        operations.answer(
            check_id=check.pk, person_id=check.binding.member_id, right=True, note="",
            day=TODAY, actor=ACTOR,
        )  # fmt: skip


def test_what_the_authorizer_says_by_phone_is_noted_and_ends_nothing(
    check: BindingCheck, zhou: User
) -> None:
    with pytest.raises(ValueError, match="how and when"):
        operations.note_answer(check_id=check.pk, right=False, note=" ", by=zhou, day=TODAY)
    note = partial(operations.note_answer, check_id=check.pk, right=False, by=zhou, day=TODAY)
    noted = done(note(note="电话里说不认识"))
    assert isinstance(noted, BindingCheck)
    assert (noted.answer, noted.answered_via) == ("wrong", "staff")
    check.binding.refresh_from_db()
    assert check.binding.ended_on is None
    assert refused(note(note="又来电")) == "not_waiting"


def test_staff_have_a_binding_checked_because_of_what_they_were_told(zhou: User) -> None:
    binding = couple()
    desk = client_of(zhou)
    url = f"/desk/binding-checks/start/{binding.pk}/"
    assert desk.post(url, {"told": " "}).status_code == 400
    page = desk.post(url, {"told": "邻居来电"}, follow=True).content.decode()
    check = BindingCheck.objects.get()
    assert (check.rules, check.area, check.due_on) == ([TIP], HEFEI, TODAY + timedelta(days=30))
    assert "邻居来电" in page
    assert f"/desk/binding-checks/{check.pk}/" in desk.get(url)["Location"]
    start = partial(operations.start, binding_id=binding.pk, told="又", day=TODAY)
    assert refused(start(by=zhou)) == "already_checked"
    sun = staff("sun", Role.Kind.CASE_OFFICER, WUHU)
    with pytest.raises(NotAllowed):
        operations.start(binding_id=couple().pk, told="x", by=sun, day=TODAY)
    assert client_of(sun).get(url).status_code == 404
    unbind(authorizer_id=binding.authorizer_id, member_id=binding.member_id, day=TODAY, actor=ACTOR)
    assert refused(start(by=zhou)) == "not_bound"
    assert desk.get(url).status_code == 404


# --- closed -----------------------------------------------------------------------------------


def test_a_false_binding_ends_by_two_persons_and_its_check_with_it(
    check: BindingCheck, zhou: User
) -> None:
    shut = partial(operations.close, check_id=check.pk, note="查过", by=zhou, day=TODAY)
    with pytest.raises(ValueError, match="two persons"):
        shut(verdict="false")
    change = done(
        propose_end(binding_id=check.binding_id, reason="户口簿上没有", by=zhou, day=TODAY)
    )
    assert isinstance(change, Change)
    assert refused(shut(verdict="true")) == "waits_for_second_person"
    with pytest.raises(NotAllowed):
        changes.approve(change_id=change.pk, by=zhou, day=TODAY)
    wu = staff("wu", Role.Kind.REVIEWER, HEFEI)
    done(changes.approve(change_id=change.pk, by=wu, day=TODAY))
    check.refresh_from_db()
    check.binding.refresh_from_db()
    assert check.binding.ended_code == "found_false"
    assert (check.verdict, check.closed_by, check.note) == ("false", wu, "户口簿上没有")
    assert refused(shut(verdict="true")) == "not_waiting"


def test_only_officers_of_the_area_ask_note_and_close(check: BindingCheck) -> None:
    strangers = (
        staff("sun", Role.Kind.CASE_OFFICER, WUHU),
        staff("ding", Role.Kind.FINANCE_CLERK, HEFEI),
        staff("gu", Role.Kind.AUDITOR, "34"),
    )
    for by in strangers:
        for do in (
            partial(operations.ask, check_ids=[check.pk]),
            partial(operations.note_answer, check_id=check.pk, right=True, note="x"),
            partial(operations.close, check_id=check.pk, verdict="true", note="x"),
        ):
            with pytest.raises(NotAllowed):
                do(by=by, day=TODAY)


def test_a_check_says_the_same_for_good_and_is_closed_and_answered_once(
    check: BindingCheck, zhou: User
) -> None:
    asked(check, zhou)
    done(answer(check, right=True))
    rows = BindingCheck.objects.filter(pk=check.pk)
    writes: tuple[dict[str, Any], ...] = (
        {"reasons": []},
        {"drawn_on": TODAY - timedelta(days=1)},
        {"answer": "wrong"},
        {"verdict": "true"},
    )
    for change in writes:
        with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
            rows.update(**change)
    done(operations.close(check_id=check.pk, verdict="true", note="x", by=zhou, day=TODAY))
    CheckDraw.objects.create(
        area=HEFEI, month=MONTH, share="0.05", seed="a", bindings=1, drawn=1, day=TODAY
    )
    for do in (
        partial(rows.update, note="y"),
        rows.delete,
        partial(CheckDraw.objects.update, drawn=0),
        CheckDraw.objects.all().delete,
    ):
        with pytest.raises((ProgrammingError, ProtectedError)), transaction.atomic():
            do()


# --- pages ------------------------------------------------------------------------------------


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def test_an_officer_works_a_check_from_today_to_its_end(
    check: BindingCheck, zhou: User, django_assert_max_num_queries: Any
) -> None:
    desk = client_of(zhou)
    today = desk.get("/desk/").content.decode()
    assert "After-check of bindings" in today
    with django_assert_max_num_queries(9):
        queue = desk.get("/desk/binding-checks/").content.decode()
    assert "the ages do not fit" in queue
    desk.post("/desk/binding-checks/ask/", {"check": [check.pk, "x", "99999"]})
    assert check.pk not in [
        row["check"].pk for row in desk.get("/desk/binding-checks/").context["rows"]
    ]
    url = f"/desk/binding-checks/{check.pk}/"
    assert url in desk.get("/desk/binding-checks/?state=asked").content.decode()
    with django_assert_max_num_queries(20):
        page = desk.get(url).content.decode()
    for words in ("the younger spouse was 18 years old", "asked, waits", "notice test"):
        assert words in page, words
    look = AuditRecord.objects.get(verb="look", object=f"bindingcheck:{check.pk}")
    assert (look.subject_id, look.purpose) == (
        check.binding.authorizer_id,
        "after-check of a binding",
    )
    assert desk.post(url, {"verb": "true", "note": " "}).status_code == 400
    assert desk.post(url, {"verb": "heard", "said": "right"}).status_code == 400
    assert desk.post(url, {"verb": "dance", "note": "x"}).status_code == 404
    desk.post(url, {"verb": "heard", "said": "right", "heard": "窗口当面"})
    closed = desk.post(url, {"verb": "true", "note": "看过结婚证"}, follow=True).content.decode()
    assert "看过结婚证" in closed
    assert "Close it" not in closed
    assert url in desk.get("/desk/binding-checks/?state=closed&rule=ages").content.decode()


def test_an_officer_proposes_the_end_on_the_page_and_sees_that_it_waits(
    check: BindingCheck, zhou: User
) -> None:
    desk = client_of(zhou)
    url = f"/desk/binding-checks/{check.pk}/"
    page = desk.post(url, {"verb": "propose", "note": "不是夫妻"}, follow=True).content.decode()
    assert "Waits for a second person" in page
    assert "Close it" not in page
    assert Change.objects.get().reason == "不是夫妻"
    # A reviewer of the area concludes, and does not propose.
    changes.withdraw(change_id=Change.objects.get().pk, by=zhou, day=TODAY)
    page = client_of(staff("wu", Role.Kind.REVIEWER, HEFEI)).get(url).content.decode()
    assert "The relation is true" in page
    assert "propose to end it" not in page


def test_the_auditor_reads_and_another_area_does_not_find_it(check: BindingCheck) -> None:
    url = f"/desk/binding-checks/{check.pk}/"
    gu = client_of(staff("gu", Role.Kind.AUDITOR, "34"))
    page = gu.get(url).content.decode()
    assert 'name="verb"' not in page
    assert gu.post(url, {"verb": "ask"}).status_code == 403
    sun = client_of(staff("sun", Role.Kind.CASE_OFFICER, WUHU))
    assert sun.get(url).status_code == 404
    assert sun.post(url, {"verb": "ask"}).status_code == 404
    assert "林志远" not in sun.get("/desk/binding-checks/?state=all").content.decode()
    sun.post("/desk/binding-checks/ask/", {"check": [check.pk]})
    check.refresh_from_db()
    assert check.asked_on is None


def test_the_rules_are_shown_with_who_may_change_them_and_the_samples(zhou: User) -> None:
    couple(day=LAST_MONTH)
    draw_checks(day=TODAY, actor=ACTOR)
    page = client_of(zhou).get("/desk/binding-checks/rules/").content.decode()
    assert page.count("may be changed by") == 1 + len(FLAGS)
    assert CheckDraw.objects.get().seed in page
    assert set(TITLES) - {TIP} == set(check_rules()) - {"clock"}


def member(person: Person) -> Client:
    user = User.objects.create_user(f"u{person.pk}")
    Person.objects.filter(pk=person.pk).update(user=user)
    return signed_in(user)


def test_a_member_says_that_it_is_right(check: BindingCheck, zhou: User) -> None:
    mine = member(check.binding.authorizer)
    url = f"/family/check/{check.pk}/"
    assert mine.get(url).status_code == 404
    asked(check, zhou)
    assert url in mine.get("/home/").content.decode()
    assert url in mine.get("/family/").content.decode()
    assert "梅晓云" in mine.get(url).content.decode()
    assert mine.post(url, {}).status_code == 400
    said = mine.post(url, {"said": "right", "note": "我爱人"}, follow=True)
    assert said.redirect_chain[-1][0] == "/family/"
    check.refresh_from_db()
    assert (check.answer, check.answered_via, check.answer_note) == ("right", "portal", "我爱人")
    assert url not in mine.get("/home/").content.decode()
    assert "谢谢" in mine.get(url).content.decode()
    # Whose binding it is not does not find it.
    assert member(check.binding.member).get(url).status_code == 404


def test_a_member_is_asked_twice_before_a_wrong_binding_ends(
    check: BindingCheck, zhou: User
) -> None:
    asked(check, zhou)
    mine = member(check.binding.authorizer)
    url = f"/family/check/{check.pk}/"
    once = mine.post(url, {"said": "wrong", "note": "<b>不认识</b>"})
    assert once.status_code == 200
    assert "<b>不" not in once.content.decode()
    check.refresh_from_db()
    assert check.answer == ""
    mine.post(url, {"said": "wrong", "note": "<b>不认识</b>", "sure": "yes"})
    check.refresh_from_db()
    check.binding.refresh_from_db()
    assert (check.answer, check.binding.ended_code) == ("wrong", "denied")
    desk = client_of(zhou)
    page = f"/desk/binding-checks/{check.pk}/"
    assert "the authorizer says: wrong" in desk.get("/desk/binding-checks/").content.decode()
    desk.post(page, {"verb": "false", "note": "冒用，已立案"})
    check.refresh_from_db()
    assert (check.verdict, check.closed_by) == ("false", zhou)
