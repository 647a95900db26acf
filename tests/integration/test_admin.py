"""The staff's admin: every page opens, nothing can be changed by hand, nothing leaks."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.contrib import admin
from django.db import connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from accounts.models import (
    LedgerAccount,
)
from claims.models import Claim, Institution, InstitutionTerm
from families.models import Payout
from members import identity
from members.looking import persons_called
from members.models import Contribution, Person, User
from record.models import AuditRecord, Role
from record.quotas import QUOTAS
from record.search_help import search_help
from tests.cleared import clearing_rows
from tests.staffed import BUDGET, ROOMS, TODAY, Staffed, address, officer

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _cleared(staffed: Staffed, django_db_blocker: Any) -> None:
    """A row of each model of clearing too, for all tests here."""
    with django_db_blocker.unblock():
        clearing_rows(staffed.home, TODAY)


@pytest.fixture(autouse=True)
def _at_home(staffed: Staffed) -> None:
    """Every test here is in the same house; what a test does is taken back after it."""


def our_admins() -> list[tuple[type[models.Model], Any]]:
    return [
        (model, page)
        for model, page in admin.site._registry.items()
        if model._meta.app_label in ROOMS
    ]


def test_every_model_of_the_rooms_has_a_page() -> None:
    from django.apps import apps

    ours = {m for m in apps.get_models() if m._meta.app_label in ROOMS}
    assert ours == {model for model, _ in our_admins()}


MODELS = [pytest.param(model, pages, id=model._meta.label) for model, pages in our_admins()]


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


def test_every_list_says_what_can_be_typed_into_its_search_box(staffed: Staffed) -> None:
    with override("zh-hans"):
        told = {
            model._meta.label: str(page.search_help_text or search_help(page))
            for model, page in our_admins()
        }
    assert [label for label, words in told.items() if not re.search("[\u4e00-\u9fff]", words)] == []
    assert "身份证号" in told["accounts.Credit"]
    assert "姓名拼音" in told["families.Binding"]


@pytest.mark.parametrize(("model", "pages"), MODELS)
def test_every_filter_can_be_chosen(boss: Client, model: type[models.Model], pages: Any) -> None:
    text = boss.get(address(model, "changelist")).content.decode()
    links = set(re.findall(r'href="(\?[^"]+)"', text)) - {"?"}
    # One link of each filter and of the order by each column.
    for query in sorted({re.sub(r"=.*", "", link): link for link in sorted(links)}.values()):
        answer = boss.get(address(model, "changelist") + query.replace("&amp;", "&"))
        assert answer.status_code in {200, 302}, query


@pytest.mark.parametrize(("model", "pages"), MODELS)
def test_a_list_is_handed_out_as_a_table_within_its_budget(
    boss: Client, model: type[models.Model], pages: Any
) -> None:
    address_of_it = address(model, "export", "csv")
    with CaptureQueriesContext(connection) as queries:
        answer = boss.get(address_of_it)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    # The columns of the list, and a line for each of its rows.
    assert len(rows) == 1 + model._default_manager.count() or len(rows) > 50
    assert {len(row) for row in rows} == {len(rows[0])}
    assert all(not re.match(r"[-=+@\t\r]", cell) for row in rows[1:] for cell in row)
    assert not any("<" in cell and ">" in cell for row in rows for cell in row)
    assert len(queries) <= BUDGET, [query["sql"][:120] for query in queries]


def test_a_table_is_masked_and_of_one_s_own_areas_and_who_took_it_is_on_record(
    staffed: Staffed,
) -> None:
    lin, yu = staffed.home.person("lin"), staffed.home.person("yu")
    Person.objects.filter(pk=lin.pk).update(name="=HYPERLINK(1)")
    zhou = officer("zhou", Role.Kind.CASE_OFFICER, "340100")
    taken = zhou.get(address(Person, "export", "csv") + f"?q={lin.number}").content.decode()
    assert "'=HYPERLINK(1)" in taken
    assert identity.mask_id_number(staffed.home.id_numbers["lin"]) in taken
    assert staffed.home.id_numbers["lin"] not in taken
    assert yu.number not in zhou.get(address(Person, "export", "csv")).content.decode()
    book = openpyxl.load_workbook(
        io.BytesIO(zhou.get(address(Person, "export", "xlsx") + f"?q={lin.number}").content)
    )
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert "=HYPERLINK(1)" in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    record = AuditRecord.objects.filter(verb="admin.export").order_by("pk")[0]
    assert (record.actor_name, record.object, record.data) == (
        "zhou",
        "members.person",
        {"rows": 1, "filters": ["q"]},
    )
    assert zhou.get(address(Person, "export", "pdf")).status_code == 404
    wrong = zhou.get(address(Person, "export", "csv") + "?born__nonsense=1")
    assert wrong["Location"] == "../../?e=1"


def test_a_long_list_is_cut_and_says_so_and_an_hour_has_its_quota(
    boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("record.list_export.MOST_ROWS", 3)
    monkeypatch.setitem(QUOTAS, "file", 1)
    lines = boss.get(address(Person, "export", "csv")).content.decode().splitlines()
    assert len(lines) == 5
    assert "3" in lines[-1]
    assert boss.get(address(Person, "export", "csv")).status_code == 429


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


@pytest.mark.parametrize("wanted", ["林志远", "志远", "远", "zhiyuan", "zhi yuan", "Lin Zhi"])
def test_a_person_is_found_by_any_part_of_the_name(
    staffed: Staffed, boss: Client, wanted: str
) -> None:
    lin = staffed.home.person("lin")
    page = boss.get(address(Person, "changelist"), {"q": wanted}).content.decode()
    assert f">{lin.number}<" in page
    # Letters in another order are another name.
    page = boss.get(address(Person, "changelist"), {"q": "远志"}).content.decode()
    assert f">{lin.number}<" not in page


def test_a_part_of_a_name_is_looked_up_in_an_index(staffed: Staffed) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plans = [persons_called(wanted).explain() for wanted in ("志远", "zhiyuan")]
    assert "person_by_letters" in plans[0]
    assert "person_by_given_sound" in plans[1]
    assert "person_by_later_sound" in plans[1]
    assert "Seq Scan" not in "".join(plans)


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
    clerk = officer("qian", Role.Kind.POLICY_CLERK, "34")
    for client, where in (
        (boss, "/admin/"),
        (boss, address(Person, "changelist")),
        (boss, address(Person, "change", staffed.home.person("lin").pk)),
        (clerk, reverse("admin:policy_figure_propose")),
    ):
        page = client.get(where).content.decode()
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
