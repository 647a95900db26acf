"""The copy of one's own record: everything of one's own, of others what the pages show."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from members.models import Person
from portal.export import sections_of
from record.models import AuditRecord, Document
from record.operations import Actor, audit
from tests.household import PASSWORD, Household, standing

pytestmark = pytest.mark.django_db

#: Tables about a person that no section is made of, and why.
NOT_IN_THE_COPY = {
    "accounts.Adjustment": "what it posted is among the movements",
    "accounts.LedgerAccount": "is the section `account`",
    "claims.Quote": "a promise of nothing, asked by an institution and over within minutes",
    "accounts.SkippedMonth": "what a run left out is staff's work list",
    "families.RecoveryItem": "staff's work list after a death",
    "families.StaysOut": "is shown on the family page alone",
    "record.Change": "what waits for a second person; what came of it is in its own section",
}


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return copy.deepcopy(made)


def client_of(home: Household, name: str, *, fresh: bool = True) -> Client:
    """A member's browser; `fresh`: they have just typed their password."""
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(home.users[name])
    if fresh:
        typed = client.post("/login/reauthenticate/", {"password": PASSWORD})
        assert typed.status_code == 302
    return client


def test_the_copy_has_ones_own_and_of_others_only_what_the_pages_show(home: Household) -> None:
    answer = client_of(home, "lin").post("/me/copy/", {"form": "json"})
    assert answer["Content-Disposition"].startswith("attachment")
    text = answer.content.decode()
    held = json.loads(text)
    assert held["person"][0]["id_number"] == home.id_numbers["lin"]
    assert [row["number"] for row in held["settlements"]] == [home.claims["not_pooled"].number]
    assert {row["what"] for row in held["movements"]} >= {"替梅晓云付医疗费"}
    assert held["account"][0]["current"] == "634.56"
    # What he paid for mei names neither her bill nor her number, nor does anything of strangers.
    assert home.claims["big"].number not in text
    for name in ("mei", "yu", "bao", "chen"):
        assert home.id_numbers[name] not in text, name
    assert "陈立" not in text


def test_the_copy_as_a_document_is_genuine_and_recorded(home: Household) -> None:
    zhou = home.users["zhou"]
    audit(
        actor=Actor(name="周经办", user_id=zhou.pk),
        verb="members.look",
        subject_id=home.person("mei").pk,
        purpose="核对缴费",
    )
    answer = client_of(home, "mei").post("/me/copy/", {"form": "pdf"})
    assert answer.content.startswith(b"%PDF")
    assert Document.objects.filter(person=home.person("mei"), kind="record").count() == 1
    assert AuditRecord.objects.filter(verb="portal.export", subject=home.person("mei")).count() == 1
    page = client_of(home, "mei").get("/me/looks/").content.decode()
    assert "周经办</b>（工作人员） 查看了" in page
    assert "核对缴费" in page
    assert "核对缴费" not in client_of(home, "lin").get("/me/looks/").content.decode()


def test_the_copy_needs_a_recent_sign_in_and_has_a_limit_a_day(
    home: Household, settings: Any
) -> None:
    settings.EXPORTS_A_DAY = 1
    stale = client_of(home, "mei", fresh=False)
    for answer in (stale.get("/me/copy/"), stale.post("/me/copy/", {"form": "json"})):
        assert answer["Location"].startswith("/login/reauthenticate/")
    mei = client_of(home, "mei")
    assert "今天还可以开 1 份" in mei.get("/me/copy/").content.decode()
    assert mei.post("/me/copy/", {"form": "json"}).status_code == 200
    assert mei.post("/me/copy/", {"form": "json"}).status_code == 429
    assert "今天的份数用完了" in re.sub(r"\s", "", mei.get("/me/copy/").content.decode())


def test_who_has_no_account_has_a_copy_too(home: Household) -> None:
    held = json.loads(client_of(home, "wen").post("/me/copy/", {"form": "json"}).content)
    assert held["person"][0]["name"] == "温小满"
    assert "account" not in held


def test_every_table_about_a_person_is_in_the_copy_or_named_here(home: Household) -> None:
    rooms = {"members", "accounts", "families", "claims", "record"}
    about_persons = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in rooms
        and not model._meta.label.endswith("Event")
        and any(getattr(field, "related_model", None) is Person for field in model._meta.fields)
    }
    held = {
        "members.Enrolment", "members.EarlierTotal", "members.Contribution", "members.Stay",
        "members.Registration", "members.LinkCode", "members.PaymentCode", "members.Ticket",
        "accounts.Credit", "families.Consent", "families.Binding", "families.Premium",
        "families.Move", "families.Payout", "claims.Claim", "claims.Accumulator",
        "claims.PaperBill", "record.AuditRecord", "record.Message", "record.Paper",
        "record.Document",
    }  # fmt: skip
    assert about_persons == held | set(NOT_IN_THE_COPY)
    keys = [section.key for section in sections_of(home.person("mei"), home.today)]
    assert len(keys) == len(set(keys))
