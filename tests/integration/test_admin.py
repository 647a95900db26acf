"""The staff's admin: every page opens, nothing can be changed by hand, nothing leaks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.db import connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import (
    AccountYear,
    Adjustment,
    BankFile,
    BankOrder,
    Credit,
    LedgerAccount,
    Run,
    SkippedMonth,
    Transfer,
)
from claims.models import Claim, Institution, InstitutionTerm, Request
from families.models import Move, Notice, Payout, Premium, RecoveryItem
from members import identity
from members.models import Contribution, EarlierTotal, LinkCode, Person, User
from members.operations import apply_for_residence, record_stay
from policy.models import Figure
from record.models import AuditRecord, AuditSeal, Change, ImportFile, Role, RollDraft
from record.operations import Actor, tell
from record.outcome import Refusal
from record.roles import end_role, propose_role
from tests import household
from tests.people import contribute, enrol, staff

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
MONTH = date(2026, 10, 1)
ACTOR = Actor(name="test")
ROOMS = {"record", "policy", "members", "accounts", "families", "claims"}
#: Queries that a list needs whatever its length: session, user, roles, count, rows, filters.
BUDGET = 14


class Staffed:
    """The household with fifty neighbours, a row of every model, and the staff."""

    def __init__(self) -> None:
        self.home = household.build(TODAY)
        self.boss = User.objects.create_superuser("boss", password="x" * 20)
        neighbours = enrol(*(f"邻居{n}" for n in range(50)), begins_on=date(2023, 1, 1))
        for neighbour in neighbours:
            contribute(neighbour, month=MONTH, day=TODAY)
        self.neighbours = neighbours
        _rare_rows(self.home, neighbours)


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
        BankFile(run=run, part=n, day=TODAY, orders=1, amount=1, sha256=f"{n:064d}", sealed=b"x")
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
    tell(kind="bound", person_ids=[p.pk for p in neighbours], data={"name": "secret-name"})
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
            payload={"name": p.name},
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
    RollDraft.objects.create(
        key=uuid4(),
        kind="contributions",
        name="roll.csv",
        sealed=identity.seal("x"),
        report={"bad": []},
        by=home.users["zhou"],
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


@pytest.fixture(scope="module")
def staffed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Staffed]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Staffed()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _at_home(staffed: Staffed) -> None:
    """Every test here is in the same house; what a test does is taken back after it."""


@pytest.fixture
def boss(staffed: Staffed) -> Client:
    client = Client()
    client.force_login(staffed.boss)
    return client


def officer(name: str, kind: str, scope: str) -> Client:
    user = staff(name, kind, scope)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client = Client()
    client.force_login(user)
    return client


def our_admins() -> list[tuple[type[models.Model], Any]]:
    return [
        (model, page)
        for model, page in admin.site._registry.items()
        if model._meta.app_label in ROOMS
    ]


def address(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


MODELS = [pytest.param(model, pages, id=model._meta.label) for model, pages in our_admins()]


def test_every_model_of_the_rooms_has_a_page() -> None:
    from django.apps import apps

    ours = {m for m in apps.get_models() if m._meta.app_label in ROOMS}
    assert ours == {model for model, _ in our_admins()}


@pytest.mark.parametrize(("model", "pages"), MODELS)
def test_a_list_opens_within_its_budget(
    boss: Client, model: type[models.Model], pages: Any
) -> None:
    assert model._default_manager.exists(), "the story has no row of this model"
    with CaptureQueriesContext(connection) as queries:
        answer = boss.get(address(model, "changelist"))
    assert answer.status_code == 200
    assert len(queries) <= BUDGET, [query["sql"][:120] for query in queries]


@pytest.mark.parametrize(("model", "pages"), MODELS)
def test_a_page_opens_and_a_search_works(
    boss: Client, model: type[models.Model], pages: Any
) -> None:
    row = model._default_manager.order_by("-pk").first()
    assert row is not None
    assert boss.get(address(model, "change", row.pk)).status_code == 200
    for wanted in ("lin zhiyuan", "林", "340100", "12", "';--", "%"):
        found = boss.post(address(model, "search"), {"q": wanted}, follow=True)
        assert found.status_code == 200, wanted


@pytest.mark.parametrize(("model", "pages"), MODELS)
def test_every_filter_can_be_chosen(boss: Client, model: type[models.Model], pages: Any) -> None:
    text = boss.get(address(model, "changelist")).content.decode()
    links = set(re.findall(r'href="(\?[^"]+)"', text)) - {"?"}
    # One link of each filter and of the order by each column.
    for query in sorted({re.sub(r"=.*", "", link): link for link in sorted(links)}.values()):
        answer = boss.get(address(model, "changelist") + query.replace("&amp;", "&"))
        assert answer.status_code in {200, 302}, query


EDITABLE = {Institution, InstitutionTerm, User}


@pytest.mark.parametrize(("model", "pages"), MODELS)
def test_nothing_is_added_changed_or_deleted_by_hand(
    boss: Client, model: type[models.Model], pages: Any
) -> None:
    row = model._default_manager.order_by("pk").first()
    assert row is not None
    assert boss.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    if model is not User:
        assert boss.get(address(model, "add")).status_code == 403
        assert boss.post(address(model, "change", row.pk), {"area": "1"}).status_code == 403
    assert "delete_selected" not in boss.get(address(model, "changelist")).content.decode()


def test_id_numbers_phones_and_accounts_are_masked(staffed: Staffed, boss: Client) -> None:
    lin = staffed.home.person("lin")
    number = staffed.home.id_numbers["lin"]
    seen = ""
    for where in (
        address(Person, "change", lin.pk),
        address(Person, "changelist"),
        address(Payout, "change", Payout.objects.get().pk),
    ):
        page = boss.get(where).content.decode()
        assert number not in page
        assert "13800001111" not in page
        assert "6217000012345678901" not in page
        seen += page
    assert identity.mask_id_number(number) in seen
    assert "138******11" in seen
    assert "***************8901" in seen


def test_an_id_number_finds_its_person_and_stands_in_no_address(
    staffed: Staffed, boss: Client
) -> None:
    lin = staffed.home.person("lin")
    number = staffed.home.id_numbers["lin"]
    found = boss.post(
        address(Person, "search"), {"q": f"{number[:6]} {number[6:14]} {number[14:]}"}
    )
    assert found.status_code == 302
    assert found["Location"].endswith(f"?q={lin.number}")
    page = boss.get(found["Location"]).content.decode()
    assert "林志远" in page
    wrong = boss.post(address(Person, "search"), {"q": number[:-1] + "0" * 3})
    assert "0000" not in wrong["Location"]


def test_an_id_number_of_another_area_is_not_found(staffed: Staffed) -> None:
    wuhu = officer("wei", Role.Kind.CASE_OFFICER, "340200")
    found = wuhu.post(address(Person, "search"), {"q": staffed.home.id_numbers["lin"]})
    assert found["Location"] == address(Person, "changelist")


def test_a_look_at_a_person_is_recorded_with_the_person(staffed: Staffed, boss: Client) -> None:
    lin = staffed.home.person("lin")
    claim = staffed.home.claims["not_pooled"]
    before = AuditRecord.objects.filter(verb="look").count()
    boss.get(address(Person, "change", lin.pk))
    boss.get(address(Claim, "change", claim.pk))
    looks = AuditRecord.objects.filter(verb="look").order_by("pk")[before:]
    assert [(look.subject_id, look.object, look.actor_name) for look in looks] == [
        (lin.pk, f"person:{lin.pk}", "boss"),
        (lin.pk, f"claim:{claim.pk}", "boss"),
    ]


def test_an_officer_sees_their_own_area_alone(staffed: Staffed) -> None:
    hefei = officer("zhou", Role.Kind.CASE_OFFICER, "340100")
    wuhu = officer("wei", Role.Kind.CASE_OFFICER, "340200")
    lin, yu = staffed.home.person("lin"), staffed.home.person("yu")
    assert hefei.get(address(Person, "change", lin.pk)).status_code == 200
    assert hefei.get(address(Person, "change", yu.pk)).status_code == 302
    assert wuhu.get(address(Person, "change", yu.pk)).status_code == 200
    assert wuhu.get(address(Person, "change", lin.pk)).status_code == 302
    account = LedgerAccount.objects.get(person=lin)
    assert wuhu.get(address(LedgerAccount, "change", account.pk)).status_code == 302
    for model, _ in our_admins():
        assert hefei.get(address(model, "changelist")).status_code in {200, 403}
    assert hefei.get(address(AuditRecord, "changelist")).status_code == 403
    assert hefei.get(address(Role, "changelist")).status_code == 403


def test_a_province_covers_its_areas(staffed: Staffed) -> None:
    province = officer("pei", Role.Kind.AUDITOR, "34")
    for name in ("lin", "yu"):
        person = staffed.home.person(name)
        assert province.get(address(Person, "change", person.pk)).status_code == 200
    assert province.get(address(AuditRecord, "changelist")).status_code == 200
    yang = staffed.home.person("yang")
    assert province.get(address(Person, "change", yang.pk)).status_code == 302


def test_members_and_visitors_stay_outside(staffed: Staffed) -> None:
    visitor = Client()
    answer = visitor.get("/admin/")
    assert answer.status_code == 302
    member = Client()
    member.force_login(staffed.home.users["lin"])
    assert member.get("/admin/", follow=True).status_code == 403
    # Staff whose roles have run out see an empty house.
    Role.objects.filter(user__username="zhou").update(ends_on=date(2023, 2, 1))
    zhou = Client()
    zhou.force_login(staffed.home.users["zhou"])
    assert zhou.get(address(Person, "changelist")).status_code == 403


def test_the_admin_is_chinese_first_and_has_no_inline_code(staffed: Staffed, boss: Client) -> None:
    for where in (
        "/admin/",
        address(Person, "changelist"),
        address(Person, "change", staffed.home.person("lin").pk),
        reverse("admin:policy_figure_propose"),
    ):
        page = boss.get(where).content.decode()
        assert 'lang="zh-hans"' in page
        assert "admin-theme.css" in page
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\bsrc=)", page), where
        assert not re.search(r'\son[a-z]+="', page)


def test_a_persons_page_leads_to_their_rows(staffed: Staffed, boss: Client) -> None:
    lin = staffed.home.person("lin")
    page = boss.get(address(Person, "change", lin.pk)).content.decode()
    assert f"{address(Contribution, 'changelist')}?q={lin.number}" in page
    rows = boss.get(f"{address(Contribution, 'changelist')}?q={lin.number}").content.decode()
    assert rows.count("林志远") == 3


# --- figures, roles, changes ----------------------------------------------------------------------

FIGURE = {
    "scope": "340100",
    "key": "family_premiums",
    "value": "false",
    "begins_on": "2026-12-01",
    "document_title": "关于保费代收的通知",
    "document_number": "合医保〔2026〕9号",
    "document_date": "2026-11-01",
    "reason": "the city's notice",
}


def test_a_figure_is_proposed_by_one_and_approved_by_another(staffed: Staffed) -> None:
    zhou = officer("qin", Role.Kind.POLICY_CLERK, "340100")
    answer = zhou.post(reverse("admin:policy_figure_propose"), FIGURE)
    assert answer.status_code == 302, answer.content.decode()
    change = Change.objects.get(kind="figure", state="waiting")
    decide = reverse("admin:record_change_decide", args=[change.pk])
    own = zhou.post(decide, {"verb": "approve"}, follow=True).content.decode()
    assert "messagelist" in own
    assert not Figure.objects.filter(key="family_premiums").exists()
    wu = officer("wu", Role.Kind.REVIEWER, "340100")
    page = wu.get(address(Change, "change", change.pk)).content.decode()
    assert 'value="approve"' in page
    wu.post(decide, {"verb": "approve", "note": "fine"})
    figure = Figure.objects.get(key="family_premiums")
    assert figure.value is False
    again = wu.post(decide, {"verb": "approve"}, follow=True)
    assert again.status_code == 200
    assert "error" in again.content.decode()


@pytest.mark.parametrize(
    ("key", "value"),
    [("scope", "34010"), ("scope", "990000"), ("value", "{"), ("value", "maybe"), ("key", "x")],
)
def test_a_wrong_figure_is_sent_back_in_words(staffed: Staffed, key: str, value: str) -> None:
    zhou = officer("qin", Role.Kind.POLICY_CLERK, "340100")
    zhou_scope = Role.objects.get(user__username="qin")
    assert zhou_scope.scope == "340100"
    answer = zhou.post(reverse("admin:policy_figure_propose"), {**FIGURE, key: value})
    assert answer.status_code in {200, 400}
    assert "error" in answer.content.decode()
    assert not Change.objects.filter(kind="figure").exists()


def test_a_refusal_needs_a_reason_and_its_proposer_can_withdraw(staffed: Staffed) -> None:
    zhou = officer("qin", Role.Kind.POLICY_CLERK, "340100")
    wu = officer("wu", Role.Kind.REVIEWER, "340100")
    zhou.post(reverse("admin:policy_figure_propose"), FIGURE)
    first = Change.objects.get(kind="figure")
    decide = reverse("admin:record_change_decide", args=[first.pk])
    wu.post(decide, {"verb": "refuse"})
    first.refresh_from_db()
    assert first.state == "waiting"
    wu.post(decide, {"verb": "refuse", "note": "wrong date"})
    first.refresh_from_db()
    assert (first.state, first.decision_note) == ("refused", "wrong date")
    zhou.post(reverse("admin:policy_figure_propose"), FIGURE)
    second = Change.objects.get(kind="figure", state="waiting")
    zhou.post(reverse("admin:record_change_decide", args=[second.pk]), {"verb": "withdraw"})
    second.refresh_from_db()
    assert second.state == "withdrawn"


def test_a_role_needs_two_administrators_and_neither_is_its_holder(staffed: Staffed) -> None:
    ann = officer("ann", Role.Kind.ADMINISTRATOR, "34")
    bo = officer("bo", Role.Kind.ADMINISTRATOR, "34")
    wanted = {
        "user": "nobody",
        "kind": "auditor",
        "scope": "340100",
        "begins_on": TODAY.isoformat(),
        "ends_on": (TODAY + timedelta(days=90)).isoformat(),
        "reason": "the yearly audit",
    }
    own = ann.post(reverse("admin:record_role_propose"), {**wanted, "user": "ann"}, follow=True)
    assert "error" in own.content.decode()
    assert ann.post(reverse("admin:record_role_propose"), wanted).status_code == 302
    change = Change.objects.get(kind="role")
    decide = reverse("admin:record_change_decide", args=[change.pk])
    ann.post(decide, {"verb": "approve"})
    assert not Role.objects.filter(user__username="nobody").exists()
    bo.post(decide, {"verb": "approve"})
    role = Role.objects.get(user__username="nobody")
    assert (role.given_by.username, role.approved_by.username) == ("ann", "bo")  # type: ignore[union-attr]
    assert User.objects.get(username="nobody").is_staff
    ended = end_role(role_id=role.pk, by=User.objects.get(username="bo"), day=TODAY, reason="done")
    assert not isinstance(ended, Refusal)
    assert ended.ends_on == TODAY


def test_nobody_approves_their_own_role(staffed: Staffed) -> None:
    officer("ann", Role.Kind.ADMINISTRATOR, "34")
    bo = officer("bo", Role.Kind.ADMINISTRATOR, "34")
    change = propose_role(
        user_id=User.objects.get(username="bo").pk,
        kind="finance_clerk",
        scope="340100",
        begins_on=TODAY,
        ends_on=TODAY,
        reason="r",
        by=User.objects.get(username="ann"),
        day=TODAY,
    )
    assert isinstance(change, Change)
    answer = bo.post(
        reverse("admin:record_change_decide", args=[change.pk]), {"verb": "approve"}, follow=True
    )
    assert answer.status_code == 200
    assert not Role.objects.filter(user__username="bo", kind="finance_clerk").exists()


# --- the few pages that change something ----------------------------------------------------------


def test_an_institution_is_added_and_its_change_is_on_record(staffed: Staffed) -> None:
    zhou = officer("zhou", Role.Kind.CASE_OFFICER, "340100")
    form = {"code": "H9", "name": "新医院", "area": "340100", "kind": "hospital", "address": "",
            "phone": ""}  # fmt: skip
    assert zhou.post(address(Institution, "add"), form).status_code == 302
    new = Institution.objects.get(code="H9")
    foreign = zhou.post(address(Institution, "add"), {**form, "code": "H8", "area": "340200"})
    assert foreign.status_code == 200
    assert not Institution.objects.filter(code="H8").exists()
    change = {"name": "新医院（东区）", "address": "", "phone": "", "area": "340200"}
    assert zhou.post(address(Institution, "change", new.pk), change).status_code == 302
    new.refresh_from_db()
    assert (new.name, new.area) == ("新医院（东区）", "340100")
    verbs = AuditRecord.objects.filter(object=f"institution:{new.pk}").values_list(
        "verb", flat=True
    )
    assert set(verbs) == {"admin.institution.add", "admin.institution.change"}
    term = {"institution": new.pk, "begins_on": "2026-12-01", "level": "2", "designated": "on"}
    assert zhou.post(address(InstitutionTerm, "add"), term).status_code == 302
    overlapping = zhou.post(address(InstitutionTerm, "add"), {**term, "begins_on": "2027-01-01"})
    assert overlapping.status_code == 200
    assert InstitutionTerm.objects.filter(institution=new).count() == 1
    from django.contrib.admin.models import LogEntry

    assert not LogEntry.objects.exists()


def test_a_notice_is_added_with_its_hash_and_never_changed(staffed: Staffed) -> None:
    qin = officer("qin", Role.Kind.POLICY_CLERK, "34")
    form = {"scope": "34", "version": "9", "language": "zh-hans", "begins_on": "2027-01-01",
            "text": "告知书\n新的一版。"}  # fmt: skip
    assert qin.post(address(Notice, "add"), form).status_code == 302
    notice = Notice.objects.get(version="9")
    assert notice.hash == hashlib.sha256(notice.text.encode()).hexdigest()
    assert qin.post(address(Notice, "change", notice.pk), form).status_code == 403


def test_an_administrator_opens_and_closes_staff_accounts_but_not_their_own(
    staffed: Staffed,
) -> None:
    ann = officer("ann", Role.Kind.ADMINISTRATOR, "34")
    me = User.objects.get(username="ann")
    nobody = User.objects.get(username="nobody")
    form = {"username": "nobody", "first_name": "", "last_name": "", "email": "",
            "is_superuser": "on"}  # fmt: skip
    assert ann.post(address(User, "change", nobody.pk), form).status_code == 302
    nobody.refresh_from_db()
    assert (nobody.is_active, nobody.is_superuser) == (False, False)
    assert ann.post(address(User, "change", me.pk), form).status_code == 403
