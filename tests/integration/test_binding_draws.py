"""The after-check of bindings: which are drawn, by lot and by plain rules."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from claims import operations as claims
from families.bindings import unbind
from families.checking import operations
from families.checking.drawing import draw_checks, lot
from families.checking.rules import SAMPLE
from families.checking.words import reasons_of
from families.models import Binding, BindingCheck, CheckDraw
from families.moves import move
from families.tasks import draw_binding_checks
from members.models import Ticket
from members.tickets import open_ticket
from policy.queries import current_book
from record.models import Role
from tests.checked import LAST_MONTH, MONTH, TODAY, couple, drawn
from tests.household import OUTPATIENT
from tests.people import (
    ACTOR,
    HEFEI,
    WUHU,
    bill,
    bound,
    done,
    enrol_one,
    enter_figure,
    give_money,
    hospital,
    staff,
)

pytestmark = pytest.mark.django_db


def rules_of(binding: Binding) -> list[str]:
    return [rule for check in BindingCheck.objects.filter(binding=binding) for rule in check.rules]


def test_the_lot_draws_the_share_rounded_up_and_can_be_drawn_again_from_its_text() -> None:
    ids = range(1, 101)
    chosen = lot(seed="a", binding_ids=ids, share=Decimal("0.05"))
    assert len(chosen) == 5
    assert chosen == lot(seed="a", binding_ids=reversed(ids), share=Decimal("0.05"))
    assert chosen != lot(seed="b", binding_ids=ids, share=Decimal("0.05"))
    assert len(lot(seed="a", binding_ids=[7], share=Decimal("0.05"))) == 1
    assert lot(seed="a", binding_ids=[], share=Decimal("0.05")) == []


def test_a_month_s_sample_is_drawn_once_for_each_area_and_kept_with_its_text() -> None:
    hefei = [couple(day=LAST_MONTH) for _ in range(21)]
    couple(day=LAST_MONTH, area=WUHU)
    couple(day=TODAY)
    ended = couple(day=LAST_MONTH)
    unbind(authorizer_id=ended.authorizer_id, member_id=ended.member_id, day=TODAY, actor=ACTOR)
    assert draw_checks(day=TODAY, actor=ACTOR)[SAMPLE] == 3
    draw = CheckDraw.objects.get(area=HEFEI)
    assert (draw.bindings, draw.drawn, draw.share) == (21, 2, Decimal("0.05"))
    assert draw.month == LAST_MONTH.replace(day=1)
    again = lot(seed=draw.seed, binding_ids=[one.pk for one in hefei], share=draw.share)
    checked = BindingCheck.objects.filter(area=HEFEI)
    assert sorted(checked.values_list("binding_id", flat=True)) == again
    assert sum(draw_checks(day=TODAY, actor=ACTOR).values()) == 0
    assert CheckDraw.objects.count() == 2


def test_a_beat_that_was_away_makes_up_for_the_months_before() -> None:
    for back in (70, 40):
        couple(day=MONTH - timedelta(days=back))
    assert draw_binding_checks() == 2
    assert CheckDraw.objects.count() == 2


def test_who_objects_to_a_binding_has_it_checked() -> None:
    binding = couple()
    open_ticket(
        person_id=binding.member_id, area=HEFEI, kind=Ticket.Kind.OBJECTION, text="我不认识他",
        about_kind="binding", about_key=str(binding.pk), day=TODAY, book=current_book(),
        actor=ACTOR,
    )  # fmt: skip
    draw_checks(day=TODAY, actor=ACTOR)
    check = BindingCheck.objects.get()
    assert check.rules == ["objection"]
    assert Ticket.objects.get().number in reasons_of(check)[0].counted


def test_a_question_about_a_binding_and_an_objection_to_a_bill_are_none() -> None:
    binding = couple()
    for kind, about in (("question", "binding"), ("objection", "claim")):
        open_ticket(
            person_id=binding.member_id, area=HEFEI, kind=kind, text="？", about_kind=about,
            about_key=str(binding.pk) if about == "binding" else "JS-1", day=TODAY,
            book=current_book(), actor=ACTOR,
        )  # fmt: skip
    assert sum(draw_checks(day=TODAY, actor=ACTOR).values()) == 0


@pytest.mark.parametrize(
    ("relation", "years", "is_found"),
    [("parent", 15, True), ("parent", 16, False), ("parent", -30, True), ("child", -15, True),
     ("child", -16, False), ("child", 30, True)],
)  # fmt: skip
def test_a_parent_is_older_than_a_child_by_some_years(
    relation: str, years: int, is_found: bool
) -> None:
    """`years`: by how many the member is older than the authorizer."""
    lin = enrol_one("林志远", born=date(1980, 5, 5))
    other = enrol_one("林国栋", born=date(1980 - years, 5, 5))
    binding = bound(lin, other, day=TODAY, relation=relation)
    draw_checks(day=TODAY, actor=ACTOR)
    assert rules_of(binding) == (["ages"] if is_found else [])


def test_a_spouse_under_age_is_found_and_one_of_age_is_not() -> None:
    check = drawn()
    assert check.rules == ["ages"]
    assert check.reasons[0]["figures"] == {"spouse_years": 18}
    assert rules_of(couple()) == []


def test_a_second_spouse_and_a_third_parent_within_a_year_are_found() -> None:
    lin = enrol_one("林志远", born=date(1990, 1, 1))
    first = bound(lin, enrol_one("梅晓云"), day=TODAY - timedelta(days=100))
    unbind(
        authorizer_id=lin.pk, member_id=first.member_id, day=TODAY - timedelta(days=5), actor=ACTOR
    )
    second = bound(lin, enrol_one("梅晓霞"), day=TODAY)
    parents = [
        bound(lin, enrol_one(f"长辈{n}", born=date(1960, 1, 1)), day=TODAY, relation="parent")
        for n in range(3)
    ]
    draw_checks(day=TODAY, actor=ACTOR)
    assert rules_of(second) == ["many_kin"]
    assert [rules_of(one) for one in parents] == [[], [], ["many_kin"]]
    assert BindingCheck.objects.get(binding=second).reasons[0]["figures"] == {"spouses": 2}


def test_many_bindings_within_a_month_are_found_by_the_newest() -> None:
    lin = enrol_one("林志远", born=date(1950, 1, 1), area="370600")
    bindings = [
        bound(lin, enrol_one(f"孩子{n}", area="370600"), day=TODAY, relation="child")
        for n in range(7)
    ]
    draw_checks(day=TODAY, actor=ACTOR)
    assert [rules_of(one) for one in bindings] == [[], [], [], [], [], [], ["many_soon"]]


def test_much_money_soon_after_the_binding_is_found() -> None:
    enter_figure("34", "outpatient", OUTPATIENT, begins_on=date(2023, 1, 1), day=TODAY)
    lin, mei = enrol_one("林志远"), enrol_one("梅晓云")
    give_money({lin: "5000.00"}, month=MONTH, day=TODAY)
    binding = bound(lin, mei, day=TODAY)
    there = hospital(HEFEI)
    done(claims.settle(bill=bill(mei, there, "1999.99", day=TODAY), day=TODAY, actor=ACTOR))
    assert sum(draw_checks(day=TODAY, actor=ACTOR).values()) == 0
    done(claims.settle(bill=bill(mei, there, "0.01", day=TODAY), day=TODAY, actor=ACTOR))
    draw_checks(day=TODAY, actor=ACTOR)
    assert rules_of(binding) == ["drained_soon"]
    assert "2,000.00" in reasons_of(BindingCheck.objects.get())[0].counted


def test_a_binding_is_drawn_once_by_a_rule_and_not_while_it_is_checked() -> None:
    check = drawn()
    assert sum(draw_checks(day=TODAY, actor=ACTOR).values()) == 0
    wu = staff("wu", Role.Kind.REVIEWER, HEFEI)
    done(operations.close(check_id=check.pk, verdict="true", note="结婚证", by=wu, day=TODAY))
    assert sum(draw_checks(day=TODAY, actor=ACTOR).values()) == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        BindingCheck.objects.bulk_create(
            BindingCheck(binding=check.binding, area=HEFEI, drawn_on=TODAY, due_on=TODAY)
            for _ in range(2)
        )


def test_a_check_follows_its_authorizer_to_another_area() -> None:
    check = drawn()
    done(move(person_id=check.binding.authorizer_id, area=WUHU, day=TODAY, actor=ACTOR))
    draw_checks(day=TODAY, actor=ACTOR)
    check.refresh_from_db()
    assert check.area == WUHU


def test_what_was_drawn_by_lot_closes_by_itself_when_the_binding_ends() -> None:
    by_lot, flagged = couple(day=LAST_MONTH), drawn()
    draw_checks(day=TODAY, actor=ACTOR)
    for binding in (by_lot, flagged.binding):
        unbind(
            authorizer_id=binding.authorizer_id,
            member_id=binding.member_id,
            day=TODAY,
            actor=ACTOR,
        )
    draw_checks(day=TODAY, actor=ACTOR)
    check = BindingCheck.objects.get(binding=by_lot)
    assert (check.verdict, check.closed_by) == ("ended", None)
    flagged.refresh_from_db()
    assert flagged.closed_on is None
