"""A household with neighbours, a row of every model, and the staff: for tests of the admin."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import connection, models
from django.test import Client
from django.urls import reverse

from accounts.models import (
    AccountYear,
    Adjustment,
    BankFile,
    BankOrder,
    ClosedPeriod,
    Credit,
    LedgerAccount,
    Run,
    SkippedMonth,
    Transfer,
)
from claims.models import LookupBudget, Machine, MachineKey, Quote, Request
from claims.paper_bills import Written, hand_in_bill
from families.models import (
    Collection,
    Move,
    Payout,
    Premium,
    RecoveryItem,
    StaysOut,
)
from members import identity
from members.models import (
    Contribution,
    EarlierTotal,
    LinkCode,
    PaymentCode,
    Person,
    Ticket,
    TicketEntry,
    User,
)
from members.operations import apply_for_residence, record_stay
from oversight.adding_up import add_month_up
from oversight.models import WatchConclusion, WatchHit
from policy.models import RefusalCount
from record.models import (
    AuditRecord,
    AuditSeal,
    Change,
    CopyWish,
    Document,
    ImportFile,
    ImportUndo,
    RollDraft,
)
from record.operations import Actor, tell
from record.papers import CleanPaper, keep
from tests import household
from tests.checked import checks_of_many
from tests.people import contribute, enrol, staff, with_second_factor

TODAY = date(2026, 11, 20)
MONTH = date(2026, 10, 1)
ACTOR = Actor(name="test")
ROOMS = {
    "record", "policy", "members", "accounts", "families", "claims", "clearing", "oversight",
}  # fmt: skip
#: Queries that a list needs whatever its length: session, user and their second factor, roles,
#: count, rows, filters.
BUDGET = 16


class Staffed:
    """The household with fifty neighbours, a row of every model, and the staff."""

    def __init__(self) -> None:
        self.home = household.build(TODAY)
        self.boss = with_second_factor(User.objects.create_superuser("boss", password="x" * 20))
        neighbours = enrol(*(f"邻居{n}" for n in range(50)), begins_on=date(2023, 1, 1))
        for neighbour in neighbours:
            contribute(neighbour, month=MONTH, day=TODAY)
        self.neighbours = neighbours
        _rare_rows(self.home, neighbours)
        _overseen(self.home, neighbours)


def _rare_rows(home: household.Household, neighbours: list[Person]) -> None:
    """A row of each model that the household's story does not bring, fifty where it is cheap."""
    lin, yu = home.person("lin"), home.person("yu")
    account = LedgerAccount.objects.get(person=lin)
    LedgerAccount.objects.bulk_create(
        LedgerAccount(kind="personal", area="340100", key=f"personal:{p.pk}", person=p, year=2026)
        for p in neighbours
    )
    transfer = Transfer.objects.filter(account=account).first()
    assert transfer is not None
    run = Run.objects.filter(kind="credit").first()
    for neighbour in neighbours:
        record_stay(
            person_id=neighbour.pk,
            kind="hospital",
            begins_on=TODAY,
            ends_on=TODAY,
            day=TODAY,
            actor=ACTOR,
        )
        apply_for_residence(
            person_id=neighbour.pk, area="340200", kind="long_term", day=TODAY, actor=ACTOR
        )
    EarlierTotal.objects.bulk_create(
        EarlierTotal(person=p, year=2022, amount=Decimal("100.00")) for p in neighbours
    )
    Credit.objects.bulk_create(
        Credit(person=p, month=date(2020, 1, 1), area="340100", amount=1, run=run)
        for p in neighbours
    )
    SkippedMonth.objects.bulk_create(
        SkippedMonth(run=run, person=p, month=date(2020, 2, 1), area="340100", reason="unpriced")
        for p in neighbours
    )
    Adjustment.objects.bulk_create(
        Adjustment(
            person=p, month=MONTH, difference=1, posted=1, day=TODAY, reason="a corrected base"
        )
        for p in neighbours
    )
    AccountYear.objects.bulk_create(
        AccountYear(
            account=row,
            year=2020,
            opening=0,
            closing=0,
            interest_current=0,
            interest_carried=0,
            through=date(2020, 12, 31),
            day=date(2021, 1, 1),
        )
        for row in LedgerAccount.objects.filter(kind="personal")
    )
    files = BankFile.objects.bulk_create(
        BankFile(
            run=run,
            part=n,
            day=TODAY,
            orders=1,
            amount=1,
            sha256=f"{n:064d}",
            sealed=identity.seal("x"),
        )
        for n in range(1, 51)
    )
    BankOrder.objects.bulk_create(
        BankOrder(file=file, adjustment=adjustment)
        for file, adjustment in zip(files, Adjustment.objects.all(), strict=False)
    )
    Premium.objects.bulk_create(
        Premium(
            insured=p,
            area="340100",
            product="long_term_care",
            year=2026,
            amount=100,
            paid_on=TODAY,
            state_on=TODAY,
        )
        for p in neighbours
    )
    StaysOut.objects.bulk_create(StaysOut(person=p, since=TODAY) for p in neighbours)
    Collection.objects.bulk_create(
        Collection(
            area="340100",
            product="long_term_care",
            day=TODAY,
            premiums=1,
            amount=100,
            sha256=f"{n:064d}",
            sealed=identity.seal("x"),
        )
        for n in range(50)
    )
    Move.objects.bulk_create(
        Move(person=p, from_area="340100", to_area="340200", day=TODAY, balance=0)
        for p in neighbours
    )
    Payout.objects.create(
        person=yu,
        reason="death",
        day=TODAY,
        interest=0,
        amount=5,
        payees=[
            {
                "name": "林志远",
                "id_number": home.id_numbers["lin"],
                "account": "6217000012345678901",
            }
        ],
    )
    RecoveryItem.objects.create(person=yu, transfer=transfer, listed_on=TODAY)
    claim = home.claims["big"]
    Request.objects.bulk_create(
        Request(
            institution=home.hospital,
            key=f"key-{n}",
            body_hash="0" * 64,
            verb="settle",
            claim=claim,
            answer={},
        )
        for n in range(50)
    )
    machines = Machine.objects.bulk_create(
        Machine(
            institution=home.hospital,
            name=f"HIS {n}",
            scopes=["settle"],
            opened_at=datetime(2026, 11, 20, tzinfo=UTC),
        )
        for n in range(50)
    )
    MachineKey.objects.bulk_create(
        MachineKey(
            machine=machine,
            place=1,
            client_id=f"client-{machine.pk}",
            begins_at=datetime(2026, 11, 20, tzinfo=UTC),
        )
        for machine in machines
    )
    LookupBudget.objects.bulk_create(
        LookupBudget(
            institution=home.hospital,
            kind="id_number",
            hour=datetime(2026, 11, 1 + n // 24, n % 24, tzinfo=UTC),
            used=1,
        )
        for n in range(50)
    )
    Quote.objects.bulk_create(
        Quote(
            number=f"Q{n:015d}",
            institution=home.hospital,
            patient=claim.patient,
            figures={},
            quoted_at=datetime(2026, 11, 20, tzinfo=UTC),
        )
        for n in range(50)
    )
    tell(kind="bound", person_ids=[p.pk for p in neighbours], data={"name": "secret-name"})
    CopyWish.objects.create(user=home.users["nobody"], way=CopyWish.Way.NONE)
    AuditSeal.objects.bulk_create(
        AuditSeal(audit=row, hash=hashlib.sha256(str(row.pk).encode()).hexdigest(), horizon=0)
        for row in AuditRecord.objects.all()[:60]
    )
    Change.objects.bulk_create(
        Change(
            kind="payout",
            key=f"person:{p.pk}",
            area="340100",
            subject=p,
            payload={"reason": "death", "payees": [{"name": p.name, "share": "1"}]},
            reason="r",
            proposed_by=home.users["zhou"],
            proposed_on=TODAY,
        )
        for p in neighbours
    )
    ImportFile.objects.create(
        kind="contributions",
        name="roll.csv",
        sha256="0" * 64,
        day=TODAY,
        rows=3,
        done=2,
        skipped=1,
        bad=0,
        by_name="zhou",
    )
    ImportUndo.objects.create(
        file=ImportFile.objects.get(), day=TODAY, rows=2, note="the wrong month", by_name="zhou"
    )
    RefusalCount.objects.bulk_create(
        RefusalCount(day=TODAY, code=f"code_{n}", area="340100", door="desk", number=n)
        for n in range(50)
    )
    RollDraft.objects.create(
        key=uuid4(),
        kind="contributions",
        name="roll.csv",
        sealed=identity.seal("x"),
        report={"bad": []},
        by=home.users["zhou"],
    )
    keep(
        papers=[CleanPaper("户口簿", "pdf", b"%PDF-", sent_sha256="0" * 64)],
        kind="registration",
        thing=1,
        subject_id=lin.pk,
        actor=ACTOR,
    )
    hand_in_bill(
        person_id=neighbours[0].pk,
        written=Written("黄山第一医院", "outpatient", TODAY, "B-1", Decimal("120.00")),
        note="",
        draft="",
        day=TODAY,
        actor=ACTOR,
    )
    LinkCode.objects.create(
        user=home.users["nobody"],
        person=lin,
        code_hash=b"2" * 32,
        address_hash=b"1" * 32,
        asked_at=datetime(2026, 11, 20, tzinfo=UTC),
        expires_at=datetime(2026, 11, 20, tzinfo=UTC),
        tries_left=5,
    )
    PaymentCode.objects.bulk_create(
        PaymentCode(
            person=p,
            code_hash=f"{place:032d}".encode(),
            shown_by=home.users["zhou"],
            at_counter=True,
            issued_at=datetime(2026, 11, 20, tzinfo=UTC),
            expires_at=datetime(2026, 11, 20, tzinfo=UTC),
        )
        for place, p in enumerate(neighbours)
    )
    tickets = Ticket.objects.bulk_create(
        Ticket(
            number=f"{n:012d}", person=p, area="340100", kind="question", channel="portal",
            level="county", state="open", opened_on=TODAY, due_on=TODAY,
        )
        for n, p in enumerate(neighbours)
    )  # fmt: skip
    TicketEntry.objects.bulk_create(
        TicketEntry(ticket=each, kind="said", text="secret-question", by_name="x")
        for each in tickets
    )
    Document.objects.create(
        number="A" * 12, kind="statement", person=lin, check_code="B" * 12, sha256="0" * 64
    )
    for model in (Contribution, Person):
        row: Any = model.objects.filter(pk=lin.pk) if model is Person else model.objects.all()
        row.update(**({"phone": "13800001111"} if model is Person else {"base": 1234}))
    for table, column in (
        ("members_enrolment", "employment = 'flexible'"),
        ("members_stay", "kind = 'ltc_other'"),
        ("members_registration", "note = 'n'"),
        ("claims_institutionterm", "networked = NOT networked"),
    ):
        connection.cursor().execute(f"UPDATE {table} SET {column}")


def _overseen(home: household.Household, neighbours: list[Person]) -> None:
    """What the watch has found, one of it closed, and a month's figures."""
    claim = home.claims["big"]
    checks_of_many(binding=home.bindings["lin-mei"], by=home.users["wu"], day=TODAY)
    ClosedPeriod.objects.create(subject="move", first_day=date(2020, 1, 1), closed_on=TODAY)
    hits = WatchHit.objects.bulk_create(
        WatchHit(
            pattern="same_day", key=f"{p.pk}:{TODAY}", area="340100", person=p,
            claim_ids=[claim.pk], figures={"institutions": 3}, thresholds={}, day=TODAY,
        )
        for p in neighbours
    )  # fmt: skip
    WatchConclusion.objects.create(
        hit=hits[0], verdict="harmless", note="n", by=home.users["wu"], day=TODAY
    )
    add_month_up(TODAY.replace(day=1))


def officer(name: str, kind: str, scope: str) -> Client:
    user = staff(name, kind, scope)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client = Client()
    client.force_login(user)
    return client


def address(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)
