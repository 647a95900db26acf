"""Changes at the desk: proposing, deciding by another, what is refused (threats 26, 27, 64)."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import LedgerAccount
from families.models import Binding, Payout, RecoveryItem
from members.models import Person
from members.record_words import what_was_done
from record.change_words import title_of
from record.changes import kind_names
from record.models import AuditRecord, Change, Message, Paper
from tests.hostile import pdf
from tests.household import Household, standing
from tests.people import HEFEI, balance, bound, settled, staff

pytestmark = pytest.mark.django_db

PAYOUT = {
    "why": "death",
    "name_1": "何梅",
    "share_1": "60",
    "name_2": "何松",
    "share_2": "40",
    "reason": "Certificate No. 7",
}


@pytest.mark.parametrize("kind", sorted(kind_names()))
def test_every_kind_of_change_has_a_name_that_people_read(kind: str) -> None:
    assert title_of(kind) != kind


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return copy.deepcopy(made)


def client_of(name: str, kind: str, scope: str = HEFEI) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff(name, kind, scope))
    return client


def zhou_at(person: Person) -> Client:
    """Zhou, who has opened a person's record."""
    client = client_of("zhou", "case_officer")
    client.post(f"/desk/people/{person.number}/open/", {"why": "counter"})
    return client


def paper_file(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf(pages=1), "application/pdf")


def propose(client: Client, person: Person, what: str, **given: Any) -> Any:
    return client.post(f"/desk/people/{person.number}/propose/{what}/", given, follow=True)


def decide(client: Client, change: Change, verb: str, note: str = "") -> str:
    answer = client.post(
        f"/desk/changes/{change.pk}/decide/", {"verb": verb, "note": note}, follow=True
    )
    assert answer.status_code == 200
    return str(answer.content.decode())


def later() -> time_machine.travel:
    """Three days later: a payout has lain for as long as it must."""
    return time_machine.travel(timezone.now() + timedelta(days=3, minutes=1))


def test_a_payout_is_proposed_by_one_and_carried_out_by_another(home: Household) -> None:
    lin = home.person("lin")
    had = balance(lin)
    page = propose(zhou_at(lin), lin, "payout", **PAYOUT).content.decode()
    change = Change.objects.get(kind="payout")
    assert "It waits for a second person; nothing has been done yet." in page
    assert balance(lin) == had
    assert Message.objects.filter(kind="payout_proposed", person=lin).exists()
    wu = client_of("wu", "reviewer")
    page = wu.get(f"/desk/changes/{change.pk}/").content.decode()
    assert "何梅, 60%" in page
    assert "Approve and carry out" not in page, "it has not lain for its days yet"
    assert "too early" in decide(wu, change, "approve")
    with later():
        wu = client_of("wu", "reviewer")
        assert "Approved and carried out." in decide(wu, change, "approve")
    assert Payout.objects.get(person=lin).amount >= had
    assert balance(lin) == 0


def test_who_decides_compares_the_payees_accounts_whole_and_the_person_sees_it(
    home: Household,
) -> None:
    lin = home.person("lin")
    zhou, wu = zhou_at(lin), client_of("wu", "reviewer")
    propose(zhou, lin, "payout", **PAYOUT, account_1="6217 0000 1234 5678 901")
    change = Change.objects.get(kind="payout")
    url = f"/desk/changes/{change.pk}/accounts/"
    assert "6217" not in wu.get(f"/desk/changes/{change.pk}/").content.decode()
    assert zhou.post(url).status_code == 404, "the proposer does not decide"
    assert "6217 0000 1234 5678 901" in wu.post(url).content.decode()
    assert wu.get(url).status_code == 405
    look = AuditRecord.objects.get(verb="look.account")
    assert (look.subject_id, look.actor_name) == (lin.pk, "wu")
    with override("en"):
        assert "your whole bank account" in what_was_done(look.verb)
    decide(wu, change, "refuse", "The digits differ")
    assert wu.post(url).status_code == 404, "it waits no longer"


def test_the_proposer_cannot_decide_and_can_take_it_back(home: Household) -> None:
    lin = home.person("lin")
    client = zhou_at(lin)
    staff("zhou", "reviewer", HEFEI)
    propose(client, lin, "payout", **PAYOUT)
    change = Change.objects.get(kind="payout")
    with later():
        client = client_of("zhou", "reviewer")
        page = client.get(f"/desk/changes/{change.pk}/").content.decode()
        assert "another person decides" in page
        assert "it needs another person" in decide(client, change, "approve")
        change.refresh_from_db()
        assert change.state == "waiting"
        decide(client, change, "withdraw")
    change.refresh_from_db()
    assert change.state == "withdrawn"


def test_a_refusal_says_why_and_leaves_everything_as_it_was(home: Household) -> None:
    lin, wu = home.person("lin"), client_of("wu", "reviewer")
    had = balance(lin)
    propose(zhou_at(lin), lin, "payout", **PAYOUT)
    change = Change.objects.get(kind="payout")
    assert "Say why you refuse it" in decide(wu, change, "refuse")
    decide(wu, change, "refuse", "The certificate is of somebody else")
    change.refresh_from_db()
    assert (change.state, balance(lin)) == ("refused", had)
    page = client_of("zhou", "case_officer").get(f"/desk/changes/{change.pk}/").content.decode()
    assert "The certificate is of somebody else" in page
    assert Message.objects.filter(kind="change_refuse", user__username="zhou").exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"share_2": "30"}, "must add up to 100%"),
        ({"name_2": ""}, "Whose share is this?"),
        ({"share_2": ""}, "How much of it is theirs?"),
        ({"reason": " "}, "required"),
        ({"share_1": "-5"}, "greater"),
    ],
)
def test_shares_that_do_not_fit_are_told_and_nothing_is_proposed(
    home: Household, wrong: dict[str, str], words: str
) -> None:
    lin = home.person("lin")
    answer = propose(zhou_at(lin), lin, "payout", **{**PAYOUT, **wrong})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Change.objects.filter(kind="payout").exists()


def test_one_change_waits_for_a_thing_and_shows_on_its_record(home: Household) -> None:
    lin = home.person("lin")
    client = zhou_at(lin)
    propose(client, lin, "payout", **PAYOUT)
    again = propose(client, lin, "payout", **PAYOUT)
    assert again.status_code == 400
    assert Change.objects.filter(kind="payout").count() == 1
    assert "Waits for a second person" in client.get(f"/desk/people/{lin.number}/").content.decode()


def test_a_reported_death_freezes_at_once_and_lists_what_to_recover(home: Household) -> None:
    lin = home.person("lin")
    client = zhou_at(lin)
    day = home.today - timedelta(days=30)
    page = propose(client, lin, "death", died_on=day.isoformat(), reason="Certificate").content
    lin.refresh_from_db()
    assert lin.departure == "death"
    assert LedgerAccount.objects.get(person=lin).frozen_on is not None
    assert not Binding.objects.filter(authorizer=lin, ended_on=None).exists()
    assert "to be recovered" in page.decode()
    assert AuditRecord.objects.get(verb="families.death").purpose == "Certificate"


def test_a_report_of_death_that_was_a_mistake_is_taken_back_by_two(home: Household) -> None:
    lin = home.person("lin")
    had = balance(lin)
    client = zhou_at(lin)
    propose(client, lin, "death", died_on=home.today.isoformat(), reason="Certificate")
    assert Message.objects.filter(kind="death_reported", person=lin).exists()
    propose(client, lin, "payout", **PAYOUT)
    propose(client, lin, "undo-death", reason="He stands at the counter")
    change = Change.objects.get(kind="undo_death")
    lin.refresh_from_db()
    assert lin.departure == "death", "one person alone undoes nothing"
    assert "it needs another person" in decide(client, change, "approve")
    assert "Approved" in decide(client_of("wu", "reviewer"), change, "approve")
    lin.refresh_from_db()
    assert (lin.left_on, lin.departure, balance(lin)) == (None, "", had)
    assert LedgerAccount.objects.get(person=lin).frozen_on is None
    assert not RecoveryItem.objects.filter(person=lin, closed_on=None).exists()
    assert RecoveryItem.objects.filter(person=lin).exists()
    # The payout that waited is withdrawn, and the account pays again.
    assert Change.objects.get(kind="payout").state == "withdrawn"
    assert Message.objects.filter(kind="death_undone", person=lin).exists()
    claim = settled(lin, home.hospital, "50.00", day=home.today, category="account_only")
    assert claim.own_paid == 50
    # Bindings are made anew.
    assert not Binding.objects.filter(authorizer=lin, ended_on=None).exists()
    bound(lin, home.person("mei"), day=home.today)


def test_after_the_payout_a_report_of_death_is_not_taken_back(home: Household) -> None:
    lin, wu = home.person("lin"), client_of("wu", "reviewer")
    client = zhou_at(lin)
    answer = propose(client, lin, "undo-death", reason="x")
    assert answer.status_code == 404, "nobody has reported a death"
    propose(client, lin, "death", died_on=home.today.isoformat(), reason="Certificate")
    propose(client, lin, "undo-death", reason="x")
    propose(client, lin, "payout", **PAYOUT)
    with later():
        wu = client_of("wu", "reviewer")
        assert "Approved" in decide(wu, Change.objects.get(kind="payout"), "approve")
        undo = Change.objects.get(kind="undo_death")
        assert "No death is reported" in decide(wu, undo, "approve")
    undo.refresh_from_db()
    assert undo.state == "waiting"
    assert propose(zhou_at(lin), lin, "undo-death", reason="x").status_code == 404


def test_papers_go_with_a_proposal_and_are_kept_while_something_else_is_wrong(
    home: Household,
) -> None:
    lin = home.person("lin")
    client = zhou_at(lin)
    sent = {"papers": [paper_file("证明.pdf")]}
    answer = propose(client, lin, "payout", **{**PAYOUT, "share_2": "1"}, **sent)
    assert answer.status_code == 400
    assert "证明.pdf" in answer.content.decode()
    assert not Paper.objects.filter(kind="change").exists()
    page = propose(client, lin, "payout", **PAYOUT).content.decode()
    change = Change.objects.get(kind="payout")
    paper = Paper.objects.get(kind="change", thing=str(change.pk))
    assert (paper.title, paper.subject) == ("证明.pdf", lin)
    assert "证明.pdf" in page
    wu = client_of("wu", "reviewer")
    assert "证明.pdf" in wu.get(f"/desk/changes/{change.pk}/").content.decode()
    assert wu.get(reverse("members:desk_paper", args=[paper.key])).status_code == 200
    sun = client_of("sun", "case_officer", "340200")
    assert sun.get(reverse("members:desk_paper", args=[paper.key])).status_code == 404


def test_the_papers_of_a_reported_death_stand_on_the_persons_page(home: Household) -> None:
    lin = home.person("lin")
    client = zhou_at(lin)
    page = propose(
        client,
        lin,
        "death",
        died_on=home.today.isoformat(),
        reason="Certificate",
        papers=[paper_file("死亡证明.pdf")],
    ).content.decode()
    assert "死亡证明.pdf" in page
    (paper,) = Paper.objects.filter(kind="death", thing=str(lin.pk))
    assert client.get(reverse("members:desk_paper", args=[paper.key])).status_code == 200


def test_a_program_is_no_paper(home: Household) -> None:
    lin = home.person("lin")
    wrong = SimpleUploadedFile("proof.pdf", b"MZ" + b"\0" * 200)
    answer = propose(zhou_at(lin), lin, "payout", **PAYOUT, papers=[wrong])
    assert answer.status_code == 400
    assert "This is a program." in answer.content.decode()
    assert not Change.objects.filter(kind="payout").exists()


def test_a_move_takes_two(home: Household) -> None:
    lin = home.person("lin")
    propose(zhou_at(lin), lin, "move", area="340200", reason="New job")
    change = Change.objects.get(kind="move")
    assert lin.enrolments.get(ends_on=None).area == HEFEI
    assert "Approved" in decide(client_of("wu", "reviewer"), change, "approve")
    assert lin.enrolments.get(ends_on=None).area == "340200"


def test_a_move_that_the_law_refuses_is_refused_with_its_reason(home: Household) -> None:
    lin = home.person("lin")
    answer = propose(zhou_at(lin), lin, "move", area="349900", reason="New job")
    assert answer.status_code == 400
    assert not Change.objects.filter(kind="move").exists()


def test_a_binding_found_false_ends_by_two(home: Household) -> None:
    lin = home.person("lin")
    binding = home.bindings["lin-mei"]
    propose(zhou_at(lin), lin, "end-binding", binding=binding.pk, reason="No marriage")
    change = Change.objects.get(kind="end_binding")
    binding.refresh_from_db()
    assert binding.ended_on is None
    decide(client_of("wu", "reviewer"), change, "approve")
    binding.refresh_from_db()
    assert binding.ended_code == "found_false"


def test_a_correction_that_comes_too_late_leaves_the_change_waiting(home: Household) -> None:
    lin = home.person("lin")
    binding = home.bindings["lin-mei"]
    propose(zhou_at(lin), lin, "end-binding", binding=binding.pk, reason="No marriage")
    change = Change.objects.get(kind="end_binding")
    Binding.objects.filter(pk=binding.pk).update(ended_on=home.today, ended_code="left")
    decide(client_of("wu", "reviewer"), change, "approve")
    change.refresh_from_db()
    assert change.state == "waiting"


def test_who_has_nothing_to_do_with_payouts_does_not_find_them(home: Household) -> None:
    lin = home.person("lin")
    propose(zhou_at(lin), lin, "payout", **PAYOUT)
    change = Change.objects.get(kind="payout")
    for name, kind, scope in (("qian", "policy_clerk", "34"), ("sun", "case_officer", "340200")):
        client = client_of(name, kind, scope)
        assert client.get(f"/desk/changes/{change.pk}/").status_code == 404
        assert "林志远" not in client.get("/desk/changes/").content.decode()
    gu = client_of("gu", "auditor", "34")
    assert gu.get(f"/desk/changes/{change.pk}/").status_code == 200
    assert gu.post(f"/desk/changes/{change.pk}/decide/", {"verb": "approve"}).status_code == 403
