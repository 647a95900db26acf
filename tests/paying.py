"""Payments by bank in tests: clerks, files that two persons stand behind, the bank's returns."""

from __future__ import annotations

import io
from datetime import date

from accounts.models import Run
from clearing import bankfiles, returns
from clearing.models import PaymentFile
from members.bank_accounts import propose_person_account
from members.models import Person, User
from record import changes
from record.models import Change, Role
from tests.people import ACTOR, HEFEI, PROVINCIAL, contribute, credit, done, enrol_one, staff

MONTH, DAY, JULY, AUGUST = date(2024, 6, 1), date(2024, 6, 20), date(2024, 7, 8), date(2024, 8, 8)
ACCOUNT = "6217000012345678901"


def clerk(name: str = "ding", area: str = HEFEI) -> User:
    return staff(name, Role.Kind.FINANCE_CLERK, area)


def approved(change: object, by: User, day: date = JULY) -> Change:
    change = done(change)
    assert isinstance(change, Change)
    return done(changes.approve(change_id=change.pk, by=by, day=day))


def a_released_file(kind: str = "institution", area: str = HEFEI) -> PaymentFile:
    made = done(bankfiles.make_file(area=area, kind=kind, by=clerk("ding", area), day=JULY))
    change = bankfiles.waiting_release(made.file)
    assert change is not None
    approved(change, clerk("wu", area))
    made.file.refresh_from_db()
    return made.file


def answered(file: PaymentFile, *results: tuple[int, str, str], name: str = "r") -> object:
    amounts = {line.line: line.payment.amount for line in file.lines.all()}
    text = "文件编号,序号,金额,结果,原因\n" + "".join(
        f"{file.number},{line},{amounts.get(line, 1)},{result},{reason}\n"
        for line, result, reason in results
    )
    answers, sha256 = returns.read_return(io.BytesIO(text.encode()), name=name, file=file)
    user = clerk()
    return returns.take_in(
        file_id=file.pk,
        answers=answers,
        sha256=sha256,
        name=name,
        day=JULY,
        actor=ACTOR.__class__(name="ding", user_id=user.pk),
    )


def a_disbursement(account: str = ACCOUNT) -> tuple[Person, Run]:
    """Lin's credit of June, which the provincial scheme pays to the bank account on record."""
    lin = enrol_one("lin", area=PROVINCIAL)
    approved(
        propose_person_account(
            person_id=lin.pk, number=account, evidence="card", by=clerk("d", PROVINCIAL), day=DAY
        ),
        clerk("w", PROVINCIAL),
    )
    contribute(lin, month=MONTH, day=DAY)
    return lin, credit(PROVINCIAL, month=MONTH, day=DAY)
