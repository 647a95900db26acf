"""Two sides, two persons: own clerks, changes in words, numbers that are compared."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from clearing import payments, statements
from record.models import AuditRecord, Change, Role
from tests.integration.test_clearing_pages import Books, get
from tests.people import WUHU, done

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(db: None) -> Books:
    return Books()


def test_a_clerk_of_the_province_finds_no_button_where_both_areas_have_clerks(made: Books) -> None:
    page = get(made.client(made.clerks["34"]), "desk_statement", made.statement.pk)
    text = page.content.decode()
    assert 'name="lines_hash"' not in text
    assert text.count("not signed yet") == 2
    Role.objects.filter(scope__in=made.statement.areas).update(ends_on=made.day)
    page = get(made.client(made.clerks["34"]), "desk_statement", made.statement.pk)
    assert "you may stand in for one of them" in page.content.decode()


def account_proposed(made: Books) -> Change:
    """Have the clerk of Wuhu propose an account for the hospital there."""
    change: Change = done(
        payments.propose_institution_account(
            institution_id=made.place.pk,
            number="00001234567899",
            holder="h",
            bank="b",
            evidence="e",
            by=made.clerks[WUHU],
            day=made.today,
        )
    )
    return change


def test_the_list_of_changes_says_in_words_what_each_is_about_and_leads_there(made: Books) -> None:
    file = made.file()
    statement = made.statement
    for area in statement.areas:
        done(
            statements.check(
                statement_id=statement.pk,
                area=area,
                lines_hash=statement.lines_hash,
                by=made.clerks[area],
                day=made.today,
            )
        )
    done(
        statements.propose_payment(
            statement_id=statement.pk,
            bank_reference="B",
            by=made.clerks[statement.debtor],
            day=made.today,
        )
    )
    account_proposed(made)
    page = made.client(made.clerks["34"]).get("/desk/changes/").content.decode()
    for url, words in (
        (reverse("clearing:desk_statement", args=[statement.pk]), " to Wuhu, "),
        (reverse("clearing:desk_institution", args=[made.owed.pk]), made.place.name),
        (reverse("clearing:desk_bank_file", args=[file.pk]), f"bank file {file.number}"),
    ):
        assert made.client(made.clerks["34"]).get(url).status_code == 200, words
        assert re.search(rf'<a href="{url}">[^<]*{re.escape(words)}', page), words
    for change in Change.objects.filter(state="waiting"):
        assert change.key not in page


def test_who_decides_on_an_institutions_account_reads_it_whole_and_it_is_recorded(
    made: Books,
) -> None:
    change = account_proposed(made)
    url = f"/desk/changes/{change.pk}/accounts/"
    assert made.client(made.clerks[WUHU]).post(url).status_code == 404
    assert made.client(made.auditor).post(url).status_code == 403
    assert not AuditRecord.objects.filter(verb="look.account").exists()
    page = made.client(made.second).post(url).content.decode()
    assert "0000 1234 5678 99" in page
    record = AuditRecord.objects.get(verb="look.account")
    assert (record.actor_name, record.object) == ("second", f"change:{change.pk}")
