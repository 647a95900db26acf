"""Reconciliation: every injected difference is found, none is made up, and people have the say."""

from __future__ import annotations

import io
import itertools
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from accounts.checks import ledger_problems
from claims.models import Claim, Institution
from clearing import cases, comparing, dayfiles
from clearing.dayfiles import Entry
from clearing.faults import BadFile, CannotBeDone
from clearing.matching import Outcome
from clearing.models import Case, CaseTask, DayFile, DayRow
from members.models import Person, User
from record import changes
from record.changes import NotAllowed
from record.models import Role
from record.sheets import UnreadableRoll
from tests.people import (
    ACTOR,
    BENGBU,
    HEFEI,
    WUHU,
    balance,
    bound,
    done,
    enrol_one,
    give_money,
    hospital,
    refused,
    settled,
    staff,
)

pytestmark = pytest.mark.django_db

DAY = date(2024, 6, 10)
LATER = DAY + timedelta(days=20)
NIL = Decimal("0.00")
EACH = 200


def entry_of(claim: Claim, line: int, /, **other: Any) -> Entry:
    given: dict[str, Any] = {
        "line": line,
        "kind": "settlement",
        "claim": claim.number,
        "visit": claim.visit_number,
        "bill": claim.bill_number,
        "gross": claim.gross,
        "pool": claim.pool,
        "own_account": claim.own_paid,
        "shared_accounts": claim.shared_paid,
        "cash": claim.cash,
        **other,
    }
    return Entry(**given)


_files = itertools.count(1)


def sent(
    institution: Institution, day: date, entries: Iterable[Entry], today: date = LATER
) -> DayFile:
    """Take a day's lines in as a file, and compare it and those around it."""
    file = taken(institution, day, entries, today)
    comparing.compare_around(file_id=file.pk, today=today, actor=ACTOR)
    file.refresh_from_db()
    return file


def taken(institution: Institution, day: date, entries: Iterable[Entry], today: date) -> DayFile:
    return done(
        dayfiles.take_in(
            institution=institution,
            day=day,
            entries=list(entries),
            sha256=f"{next(_files):064d}",
            name="day.csv",
            channel=DayFile.Channel.DESK,
            today=today,
            actor=ACTOR,
        )
    )


def many_claims(institution: Institution, patient: Person, count: int) -> list[Claim]:
    """Write settled claims over five days, two hundred at a time, without moving money."""
    rng = Random(7)
    return Claim.objects.bulk_create(
        Claim(
            number=f"C{institution.pk}-{n:05d}",
            institution=institution,
            visit_number=f"V{n}",
            bill_number=f"B{n}",
            patient=patient,
            category="outpatient",
            service_date=DAY,
            settled_on=DAY + timedelta(days=n % 5),
            area=HEFEI,
            lines=[],
            gross=(gross := Decimal(rng.randint(1_00, 900_00)) / 100),
            out_of_policy=NIL,
            first_self_pay=NIL,
            in_policy=gross,
            remote_self_pay=NIL,
            deductible=NIL,
            pool=NIL,
            other_scheme_paid=NIL,
            own_paid=gross,
            shared_paid=NIL,
            cash=NIL,
            decision={"payers": []},
        )
        for n in range(count)
    )


def test_all_of_five_kinds_times_two_hundred_are_found_and_none_is_made_up() -> None:
    place, other = hospital(HEFEI), hospital(WUHU)
    lin = enrol_one("lin")
    claims = many_claims(place, lin, 8 * EACH)
    many_claims(other, lin, EACH)
    rng = Random(11)
    chosen = rng.sample(claims, 4 * EACH)
    missing, amount, doubled, moved = (
        set(chosen[start : start + EACH]) for start in range(0, 4 * EACH, EACH)
    )
    by_day: dict[date, list[Entry]] = {DAY + timedelta(days=n): [] for n in range(-2, 8)}
    expected: Counter[tuple[str, str]] = Counter()
    line = itertools.count(2)
    for claim in claims:
        day, rows = claim.settled_on, [entry_of(claim, next(line))]
        if rng.random() < 0.3:
            # The institution never got an answer, and knows the claim by visit and bill alone.
            rows = [entry_of(claim, next(line), claim="")]
        if claim in missing:
            rows = []
            expected["only_portal", claim.visit_number] += 1
        elif claim in amount:
            rows = [entry_of(claim, next(line), own_account=claim.own_paid + Decimal("0.01"))]
            expected["amount", claim.visit_number] += 1
        elif claim in doubled:
            rows.append(entry_of(claim, next(line)))
            expected["doubled", claim.visit_number] += 1
        elif claim in moved:
            day += timedelta(days=rng.choice([-2, -1, 1, 2]))
            expected["wrong_day", claim.visit_number] += 1
        by_day[day].extend(rows)
    for n in range(EACH):
        day = DAY + timedelta(days=n % 5)
        by_day[day].append(entry_of(claims[n], next(line), claim="", visit=f"X{n}", bill="1"))
        expected["only_institution", f"X{n}"] += 1

    for day, rows in by_day.items():
        rng.shuffle(rows)
        taken(place, day, rows, LATER)
    compare_all()

    open_cases = Case.objects.filter(state=Case.State.OPEN)
    found = Counter(
        (case.difference, (case.ours or case.theirs or {})["visit"]) for case in open_cases
    )
    assert found == expected
    assert Counter(case.difference for case in open_cases) == dict.fromkeys(
        ("only_portal", "only_institution", "amount", "doubled", "wrong_day"), EACH
    )
    assert not Case.objects.filter(institution=other).exists()
    # Comparing again changes nothing.
    kept = list(Case.objects.order_by("pk").values())
    compare_all()
    assert list(Case.objects.order_by("pk").values()) == kept


def compare_all() -> None:
    for file in DayFile.objects.order_by("day"):
        comparing.compare(file_id=file.pk, today=LATER, actor=ACTOR)


def two_claims() -> tuple[Institution, Claim, Claim]:
    """Lin of Hefei, with mei's card, at a hospital of Wuhu: one own claim, one shared."""
    lin, mei = enrol_one("lin"), enrol_one("mei", area=BENGBU)
    give_money({lin: "500.00"}, month=DAY.replace(day=1), day=DAY)
    bound(lin, mei, day=DAY)
    wuhu = hospital(WUHU)
    own = settled(lin, wuhu, "80.00", day=DAY, category="account_only")
    shared = settled(mei, wuhu, "60.00", day=DAY, category="account_only")
    return wuhu, own, shared


def clerk(name: str, area: str) -> User:
    return staff(name, Role.Kind.FINANCE_CLERK, area)


def test_what_is_young_may_still_be_coming() -> None:
    wuhu, own, shared = two_claims()
    lone = entry_of(own, 3, claim="", visit="V-unknown")
    file = sent(wuhu, DAY, [entry_of(own, 2), lone], today=DAY + timedelta(days=1))
    assert file.result == {"in_flight": 2, "matched": 1}
    assert not Case.objects.exists()
    assert comparing.compare_young(today=DAY + timedelta(days=3), actor=ACTOR) == 1
    assert set(Case.objects.values_list("difference", flat=True)) == {
        "only_portal",
        "only_institution",
    }
    assert Case.objects.get(difference="only_portal").claim == shared


def test_a_case_that_nobody_touched_closes_when_a_later_file_brings_it() -> None:
    wuhu, own, shared = two_claims()
    sent(wuhu, DAY, [entry_of(own, 2)])
    case = Case.objects.get()
    sent(wuhu, DAY, [entry_of(own, 2), entry_of(shared, 3)])
    case.refresh_from_db()
    assert (case.state, case.closed_on) == ("settled_itself", LATER)


def test_other_areas_are_asked_for_their_own_money_alone() -> None:
    wuhu, own, _ = two_claims()
    sent(wuhu, DAY, [entry_of(own, 2)])
    case = Case.objects.get()
    assert [(t.area, t.part, t.amount) for t in case.tasks.order_by("area")] == [
        (HEFEI, "authorizer", Decimal("60.00")),
        (BENGBU, "enrolment", NIL),
    ]
    task = CaseTask.objects.get(area=HEFEI)
    answer: dict[str, Any] = {"task_id": task.pk, "answer": "agreed", "note": "", "day": LATER}
    with pytest.raises(NotAllowed):
        cases.answer_task(by=clerk("sun", WUHU), **answer)
    with pytest.raises(CannotBeDone, match="note_missing"):
        cases.answer_task(by=clerk("ding", HEFEI), **{**answer, "answer": "objected"})
    assert done(cases.answer_task(by=clerk("ding", HEFEI), **answer)).answered_on == LATER
    with pytest.raises(CannotBeDone, match="answered_already"):
        cases.answer_task(by=clerk("ding", HEFEI), **answer)
    assert cases.case_for(frozenset({HEFEI}), case.pk) == case
    with pytest.raises(Case.DoesNotExist):
        cases.case_for(frozenset({"340700"}), case.pk)


def test_undoing_a_one_sided_claim_needs_two_and_a_rerun_leaves_it_concluded() -> None:
    wuhu, own, shared = two_claims()
    lin = Person.objects.get(name="lin")
    sent(wuhu, DAY, [entry_of(own, 2)])
    case = Case.objects.get()
    sun, wang = clerk("sun", WUHU), clerk("wang", WUHU)
    with pytest.raises(NotAllowed):
        cases.propose_conclusion(
            case_id=case.pk, action="reverse", reason="r", by=clerk("ding", HEFEI), day=LATER
        )
    change = done(
        cases.propose_conclusion(
            case_id=case.pk, action="reverse", reason="no visit", by=sun, day=LATER
        )
    )
    with pytest.raises(NotAllowed):
        changes.approve(change_id=change.pk, by=sun, day=LATER)
    with pytest.raises(CannotBeDone, match="tasks_open"):
        changes.approve(change_id=change.pk, by=wang, day=LATER)
    assert balance(lin) == Decimal("360.00")
    after = LATER + comparing.TASK_TIME + timedelta(days=1)
    done(changes.approve(change_id=change.pk, by=wang, day=after))
    case.refresh_from_db()
    shared.refresh_from_db()
    assert (case.state, case.action, case.reason) == ("concluded", "reverse", "no visit")
    assert (shared.state, balance(lin)) == ("refunded", Decimal("420.00"))
    kept = list(Case.objects.values())
    sent(wuhu, DAY, [entry_of(own, 2), entry_of(shared, 3)])
    sent(wuhu, after, [], today=after + timedelta(days=9))
    assert [row for row in Case.objects.values() if row["id"] == case.pk] == kept
    assert not Case.objects.filter(difference="only_portal").exclude(pk=case.pk).exists()
    assert ledger_problems() == []


def test_what_was_asked_for_again_opens_no_new_case_when_it_comes() -> None:
    wuhu, own, shared = two_claims()
    lone = entry_of(own, 4, claim="", visit="VX", bill="BX", own_account=Decimal("20.00"), cash=NIL)
    lone = Entry(**{**{f: getattr(lone, f) for f in lone.__slots__}, "gross": Decimal("20.00")})
    rows = [entry_of(own, 2), entry_of(shared, 3), lone]
    sent(wuhu, DAY, rows)
    case = Case.objects.get(difference="only_institution")
    change = done(
        cases.propose_conclusion(
            case_id=case.pk, action="resend", reason="r", by=clerk("sun", WUHU), day=LATER
        )
    )
    done(changes.approve(change_id=change.pk, by=clerk("wang", WUHU), day=LATER))
    settled(
        Person.objects.get(name="lin"),
        wuhu,
        "20.00",
        day=DAY + timedelta(days=2),
        category="account_only",
        visit_number="VX",
        bill_number="BX",
    )
    file = DayFile.objects.get()
    comparing.compare(file_id=file.pk, today=LATER, actor=ACTOR)
    case.refresh_from_db()
    assert (case.state, case.fulfilled_on) == ("concluded", LATER)
    assert Case.objects.count() == 1


def test_a_settlement_and_its_undoing_that_the_institution_never_saw_cancel_out() -> None:
    from claims import operations

    wuhu, own, shared = two_claims()
    done(operations.reverse(number=shared.number, day=DAY, actor=ACTOR))
    file = sent(wuhu, DAY, [entry_of(own, 2)])
    assert file.result == {"cancelled_out": 2, "matched": 1}
    # Where it saw the one and not the other, that is a difference.
    file = sent(wuhu, DAY, [entry_of(own, 2), entry_of(shared, 3)])
    assert file.result == {"matched": 2, "only_portal": 1}


HEAD = "机构编码,日期,类型,结算编号,就诊号,票据号,总额,统筹基金,个人账户,共济账户,现金\n"


def read(text: str, institution: Institution) -> list[Entry]:
    file = io.BytesIO(text.encode())
    return dayfiles.read_file(file, name="day.csv", institution=institution, day=DAY)[0]


def test_files_that_are_broken_doubled_or_of_others_are_refused_whole() -> None:
    wuhu, own, _ = two_claims()
    elsewhere = hospital(HEFEI)
    line = f"{wuhu.code},2024-06-10,结算,{own.number},{own.visit_number},{own.bill_number}"
    good = f"{line},80.00,0.00,80.00,0.00,0.00\n"
    assert read(HEAD + good, wuhu) == [entry_of(own, 2)]
    for broken in (b"", b"\0\1\2", HEAD.encode(), b"a,b\n1,2\n"):
        with pytest.raises(UnreadableRoll):
            dayfiles.read_file(io.BytesIO(broken), name="x", institution=wuhu, day=DAY)
    wrong = {
        "other_institution": good.replace(wuhu.code, elsewhere.code),
        "other_day": good.replace("06-10", "06-11"),
        "bad_choice": good.replace("结算", "赠送"),
        "bad_amount": good.replace("80.00", "-80.00"),
        "formula": good.replace(own.visit_number, "=1+1"),
    }
    for code, text in wrong.items():
        with pytest.raises(BadFile) as bad:
            read(HEAD + good + text, wuhu)
        assert [row.fault.code for row in bad.value.rows] == [code]
        assert bad.value.rows[0].line == 3
    with pytest.raises(BadFile) as unknown:
        sent(elsewhere, DAY, [entry_of(own, 2)])
    assert [row.fault.code for row in unknown.value.rows] == ["unknown_claim"]
    with pytest.raises(BadFile, match="day_not_over"):
        sent(wuhu, LATER, [])
    assert not DayFile.objects.exists()
    assert not DayRow.objects.exists()
    taking: dict[str, Any] = {
        "institution": wuhu,
        "day": DAY,
        "entries": [entry_of(own, 2)],
        "sha256": "a" * 64,
        "name": "x",
        "channel": DayFile.Channel.DESK,
        "today": LATER,
        "actor": ACTOR,
    }
    done(dayfiles.take_in(**taking))
    with pytest.raises(BadFile, match="taken_already"):
        dayfiles.take_in(**taking)
    assert DayRow.objects.count() == 1


def test_outcomes_and_differences_have_the_same_names() -> None:
    assert set(Case.Difference.values) == {
        str(outcome)
        for outcome in Outcome
        if outcome not in {"matched", "cancelled_out", "in_flight"}
    }
    assert refused(None) == ""
