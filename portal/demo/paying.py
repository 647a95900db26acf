"""Institutions paid in every state, payouts, the provincial-direct disbursement, and cases."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle
from typing import TypeVar

from django.db.models import Count

from accounts.models import Run
from claims.models import Claim, Institution
from clearing import (
    bankfiles,
    cases,
    comparing,
    dayfiles,
    deductions,
    owed,
    payments,
    returns,
    runfiles,
)
from clearing.bankfiles import Made
from clearing.dayfiles import Entry
from clearing.matching import WINDOW
from clearing.models import Case, DayFile, InstitutionStatement, PaymentFile
from clearing.returns import Answer
from members.models import User
from members.months import first_of, months_after
from record import changes
from record.models import Change
from record.operations import Actor
from record.outcome import Refusal

from .areas import ANQING, HEFEI, PROVINCIAL_DIRECT, WUHU
from .world import SYSTEM, DemoError

T = TypeVar("T")

#: Months of statements, the oldest paid, the next with the bank, the last with the institutions.
MONTHS = 3
#: The areas that pay; the statements of the others stay with their institutions.
PAYING = (HEFEI, WUHU, ANQING)
#: Days of an institution's files.
DAYS = 20


def _done(outcome: T | Refusal) -> T:
    if isinstance(outcome, Refusal):
        raise DemoError(f"payments: {outcome.code}")
    return outcome


def _approved(outcome: Change | Refusal, by: User, day: date) -> None:
    _done(changes.approve(change_id=_done(outcome).pk, by=by, day=day))


def pay_institutions(*, today: date, staff: dict[str, User], done: Counter[str]) -> None:
    """Draw up three months of statements, and bring each as far as it is to be."""
    ding, jia = staff["ding"], staff["jia"]
    months = [months_after(first_of(today), -back) for back in range(MONTHS, 0, -1)]
    for place, month in enumerate(months):
        day = min(today, months_after(month, 1) + timedelta(days=5))
        if day < months_after(month, 1) + timedelta(days=3):
            continue
        made = _done(owed.draw_up(month=month, day=day, actor=SYSTEM))
        done["institution statements"] += len(made)
        here = [one for one in made if one.area in PAYING]
        if place == 0:
            _enter_accounts(here, ding, jia, day)
        if place < MONTHS - 1:
            for statement in here:
                _agree(statement, day)
        elif here:
            _done(
                owed.question(
                    statement_id=here[0].pk, text="有一笔退费我院未查到，请核对。", actor=SYSTEM
                )
            )
        if place == 0:
            for area in sorted({one.area for one in here}):
                _pay(area, made_by=ding, released_by=jia, day=day)
        elif place == 1:
            _order(HEFEI, by=ding, day=day)
            _release(_order(WUHU, by=ding, day=day), by=jia, day=day)
    _deduct(staff, today)
    _done(payments.gather(day=today, actor=SYSTEM))


def _enter_accounts(
    statements: list[InstitutionStatement], by: User, other: User, day: date
) -> None:
    """Enter the accounts of all but the last one, which cannot be paid."""
    for number, statement in enumerate(statements[:-1], start=1):
        _approved(
            payments.propose_institution_account(
                institution_id=statement.institution_id,
                number=f"0000{number:015d}",
                holder=statement.institution.name,
                bank="示例银行（演示）",
                evidence="开户许可证复印件",
                by=by,
                day=day,
            ),
            other,
            day,
        )


def _agree(statement: InstitutionStatement, day: date) -> None:
    _done(
        owed.agree(
            statement_id=statement.pk,
            lines_hash=statement.lines_hash,
            by_name=statement.institution.code,
            day=day,
            actor=SYSTEM,
        )
    )


def _order(area: str, *, by: User, day: date, kind: str = "institution") -> PaymentFile | None:
    waiting = list(bankfiles.to_order(area=area, kind=kind))
    if not payments.destinations(waiting):
        return None
    made = bankfiles.make_file(area=area, kind=kind, by=by, day=day)
    assert isinstance(made, Made)
    return made.file


def _release(file: PaymentFile | None, *, by: User, day: date) -> None:
    change = bankfiles.waiting_release(file) if file else None
    if change is not None:
        _done(changes.approve(change_id=change.pk, by=by, day=day))


def _pay(area: str, *, made_by: User, released_by: User, day: date) -> None:
    """Order, release, and read the return: all paid, but for one that came back."""
    file = _order(area, by=made_by, day=day)
    if file is None:
        return
    _release(file, by=released_by, day=day)
    _answer(file, by=made_by, day=day, fails=True)


def _answer(file: PaymentFile, *, by: User, day: date, fails: bool) -> None:
    """Read the bank's return: all paid; with `fails` the second order came back."""
    answers = [
        Answer(line.line, line.line, line.payment.amount, "failed", "账号与户名不符")
        if fails and line.line == 2
        else Answer(line.line, line.line, line.payment.amount, "paid", "")
        for line in file.lines.select_related("payment")
    ]
    _done(
        returns.take_in(
            file_id=file.pk,
            answers=answers,
            sha256=f"{file.pk:064d}",
            name=f"return-{file.number}.csv",
            day=day,
            actor=Actor.of(by),
        )
    )


def _deduct(staff: dict[str, User], day: date) -> None:
    """Propose a deduction from a hospital of Hefei; it waits for its second person."""
    claim = (
        Claim.objects.filter(
            institution__area=HEFEI, state=Claim.State.SETTLED, pool__gt=20, paper=False
        )
        .order_by("-settled_on", "number")
        .first()
    )
    if claim is not None:
        _done(
            deductions.propose_deduction(
                institution_id=claim.institution_id,
                amount=Decimal("20.00"),
                reason="稽核：重复收取的检查项目",
                claim_number=claim.number,
                by=staff["lu"],
                day=day,
            )
        )


def disburse(*, today: date, staff: dict[str, User]) -> None:
    """Have the provincial-direct scheme's credits paid by bank; the last month's release waits.

    One of the month before came back.
    """
    by, other = staff["ding"], staff["jia"]
    runs = Run.objects.filter(
        kind=Run.Kind.CREDIT, area=PROVINCIAL_DIRECT, state=Run.State.DONE, amount__gt=0
    ).order_by("-period", "-pk")
    for place, run in enumerate(runs):
        day = min(today, run.day + timedelta(days=1))
        made = _done(runfiles.make_run_files(run_id=run.pk, by=by, day=day))
        if place == 0:
            continue
        for file in made.files:
            _release(file, by=other, day=day)
            _answer(file, by=by, day=min(today, day + timedelta(days=1)), fails=place == 1)


# --- reconciliation ---------------------------------------------------------------------------


def reconcile(*, today: date, staff: dict[str, User], done: Counter[str]) -> None:
    """Take in a week of a hospital's day files with each kind of difference; conclude some."""
    last = today - WINDOW - timedelta(days=1)
    busiest = (
        Claim.objects.filter(
            institution__area=HEFEI,
            paper=False,
            settled_on__range=(last - timedelta(days=120), last),
        )
        .values("institution")
        .annotate(number=Count("pk"))
        .order_by("-number", "institution")
        .first()
    )
    if busiest is None:
        return
    institution = Institution.objects.get(pk=busiest["institution"])
    claims = list(
        Claim.objects.filter(institution=institution, paper=False, settled_on__lte=last)
        .filter(state=Claim.State.SETTLED)
        .order_by("-settled_on", "number")[: 2 * DAYS]
    )
    days = sorted({claim.settled_on for claim in claims})[-DAYS:]
    altered = cycle(("", "amount", "missing", "", "doubled", "moved", "extra"))
    by_day: dict[date, list[Entry]] = {day: [] for day in days}
    for claim in sorted(claims, key=lambda one: one.number):
        if claim.settled_on not in by_day:
            continue
        elsewhere = any(payer["area"] != HEFEI for payer in claim.decision["payers"])
        how = "missing" if elsewhere or claim.area != HEFEI else next(altered)
        _put(claim, how, by_day, last)
    for day, entries in sorted(by_day.items()):
        _send(institution, day, entries, today, done)
    _conclude(staff, today)


def _put(claim: Claim, how: str, by_day: dict[date, list[Entry]], last: date) -> None:
    """Put a claim's line into the files, altered as wanted."""
    rows = by_day[claim.settled_on]
    entry = Entry(
        line=0,
        kind="settlement",
        claim=claim.number,
        visit=claim.visit_number,
        bill=claim.bill_number,
        gross=claim.gross,
        pool=claim.pool,
        own_account=claim.own_paid,
        shared_accounts=claim.shared_paid,
        cash=claim.cash,
    )
    fields = {name: getattr(entry, name) for name in entry.__slots__}
    if how == "missing":
        return
    if how == "moved":
        day = min(claim.settled_on + timedelta(days=1), last)
        by_day.setdefault(day, []).append(entry)
        return
    if how == "amount":
        entry = Entry(**{**fields, "cash": claim.cash + Decimal("10.00")})
    rows.append(entry)
    if how == "doubled":
        rows.append(entry)
    if how == "extra":
        other = {"claim": "", "visit": f"{claim.visit_number}X", "bill": f"{claim.bill_number}X"}
        rows.append(Entry(**{**fields, **other}))


def _send(
    institution: Institution, day: date, entries: list[Entry], today: date, done: Counter[str]
) -> None:
    numbered = [
        Entry(**{**{name: getattr(entry, name) for name in entry.__slots__}, "line": line})
        for line, entry in enumerate(entries, start=2)
    ]
    file = _done(
        dayfiles.take_in(
            institution=institution,
            day=day,
            entries=numbered,
            sha256=f"{institution.pk:032d}{day:%Y%m%d}{len(entries):024d}",
            name=f"{institution.code}-{day}.csv",
            channel=DayFile.Channel.INTERFACE,
            today=today,
            actor=Actor(name=institution.code),
        )
    )
    _done(comparing.compare(file_id=file.pk, today=today, actor=SYSTEM))
    done["day files"] += 1


def _conclude(staff: dict[str, User], today: date) -> None:
    """Conclude the first case of some kinds that need nobody else; propose about the second."""
    ways = {
        Case.Difference.AMOUNT: ("accept", "机构四舍五入所致，差额由机构承担"),
        Case.Difference.WRONG_DAY: ("accept", "跨零点结算，次日入账"),
        Case.Difference.DOUBLED: ("accept", "机构补报时重复，已与机构核实"),
        Case.Difference.ONLY_INSTITUTION: ("resend", "机构有票据，请重新上传结算"),
    }
    for difference, (action, reason) in ways.items():
        rows = Case.objects.filter(difference=difference, tasks=None).order_by("pk")[:2]
        for place, case in enumerate(rows):
            change = cases.propose_conclusion(
                case_id=case.pk, action=action, reason=reason, by=staff["lu"], day=today
            )
            if place == 0 and difference != Case.Difference.AMOUNT:
                _approved(change, staff["ding"], today)
