"""Messages: whose they are, what they say inside and outside, copies, and what is stuck."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from record import mailbox, outbox, texts
from record.channels import Letter
from record.models import AuditRecord, Message
from record.operations import tell
from record.outbox import send_waiting
from tests.household import Household, signed_in, standing
from tests.people import staff

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "claims", "clearing", "desk", "families", "members", "policy", "record")
#: Kinds that nobody need go anywhere for.
LEAD_NOWHERE = {"link_code"}


class Gateway:
    """Notes what it is given."""

    letters: list[Letter] = []

    def send(self, letter: Letter) -> bool:
        self.letters.append(letter)
        return True


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return copy.deepcopy(made)


@pytest.fixture
def letters(settings: Any) -> list[Letter]:
    settings.MESSAGE_CHANNELS = [f"{__name__}.Gateway"]
    Gateway.letters.clear()
    return Gateway.letters


def plain(html: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.decode()))


def kinds_told() -> set[str]:
    """Every kind that some room tells, read from its code."""
    found = set()
    for path in (file for room in ROOMS for file in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tell":
                values = [word.value for word in node.keywords if word.arg == "kind"]
                found |= {
                    part.value
                    for value in values
                    for part in ast.walk(value)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return found


def test_every_kind_that_is_told_has_its_words() -> None:
    told = {kind for kind in kinds_told() if not kind.endswith("_")}
    assert {"bound", "premium_paid", "moved"} <= told
    assert told <= set(texts.TEXTS)


def test_every_kind_leads_to_a_page_that_is_there() -> None:
    for kind, (view, entry) in mailbox.LEADS.items():
        assert kind in texts.TEXTS, kind
        assert mailbox.leads_to(kind, {entry: 1} if entry else {}), view
    assert set(texts.TEXTS) - set(mailbox.LEADS) == LEAD_NOWHERE
    assert mailbox.leads_to("bound", {}) == ""
    assert mailbox.leads_to("unheard_of", {"x": 1}) == ""


def test_a_member_reads_what_a_message_is_about_and_where_it_leads(home: Household) -> None:
    client = signed_in(home.users["mei"])
    binding = home.bindings["lin-mei"]
    message = Message.objects.get(kind="bound", data__binding=binding.pk)
    unread = mailbox.unread_count(home.users["mei"])
    assert unread
    assert f"{unread} 条未读消息" in plain(client.get("/home/").content)
    listed = client.get("/messages/").content.decode()
    assert reverse("portal:message", args=[message.pk]) in listed
    assert "林志远" not in plain(listed.encode())
    page = client.get(f"/messages/{message.pk}/")
    assert "林志远的账户替您付款" in plain(page.content)
    assert f'href="/family/{binding.pk}/"' in page.content.decode()
    assert mailbox.unread_count(home.users["mei"]) == unread - 1
    client.post("/messages/")
    assert mailbox.unread_count(home.users["mei"]) == 0
    assert "条未读消息" not in plain(client.get("/home/").content)


def test_nobody_reads_another_one_s_messages(home: Household) -> None:
    message = Message.objects.filter(person=home.person("mei")).first()
    assert message is not None
    assert signed_in(home.users["chen"]).get(f"/messages/{message.pk}/").status_code == 404
    message.refresh_from_db()
    assert message.read_at is None


def test_a_code_is_in_no_list(home: Household) -> None:
    Message.objects.create(person=home.person("mei"), kind="link_code", data={"code_sealed": "00"})
    client = signed_in(home.users["mei"])
    assert "验证码" not in plain(client.get("/messages/").content)
    code = Message.objects.get(kind="link_code")
    assert client.get(f"/messages/{code.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("way", "phone", "email"),
    [("sms", True, False), ("email", False, True), ("none", False, False)],
)
def test_copies_go_the_way_that_was_wished(
    home: Household, letters: list[Letter], way: str, phone: bool, email: bool
) -> None:
    user = home.users["mei"]
    user.email = "mei@example.org"
    user.save()
    client = signed_in(user)
    assert client.post("/messages/copies/", {"way": way}).status_code == 302
    assert client.post("/messages/copies/", {"way": "pigeon"}).status_code == 400
    Message.objects.update(state=Message.State.SENT)
    tell(kind="moved", person_ids=[home.person("mei").pk])
    tell(kind="linked", person_ids=[home.person("mei").pk])
    assert send_waiting() == 2
    about_move = [letter for letter in letters if "转移" in letter.title or "参保" in letter.body]
    sent = [bool(letter.phone) for letter in letters]
    # The warning goes to the phone whatever was wished.
    assert sent.count(True) == (2 if phone else 1)
    assert any(letter.email and not letter.phone for letter in letters) is email
    assert len(letters) == (1 if way == "none" else 2), about_move
    assert not Message.objects.exclude(state=Message.State.SENT).exists()


def test_what_leaves_the_portal_names_nobody_and_nothing(
    home: Household, letters: list[Letter]
) -> None:
    send_waiting()
    assert len(letters) >= 5
    names = [person.name for person in home.persons.values()]
    for letter in letters:
        text = letter.title + letter.body
        assert not [name for name in names if name in text]
        assert home.hospital.name not in text
        assert not re.search(r"\d+\.\d\d", text)


def test_what_is_stuck_is_seen_and_tried_again(home: Household, letters: list[Letter]) -> None:
    send_waiting()
    stuck = Message.objects.filter(kind="bound")
    stuck.update(
        state=Message.State.STUCK, attempts=outbox.TRIES, last_error="ConnectionError: 网关"
    )
    admin = Client(headers={"accept-language": "zh-CN"})
    admin.force_login(staff("admin", "administrator", "34"))
    assert "没能发出去" in plain(admin.get("/desk/").content)
    page = plain(admin.get("/desk/messages/").content)
    assert "ConnectionError: 网关" in page
    assert "梅晓云" not in page
    first, *others = stuck
    admin.post("/desk/messages/", {"message": first.pk})
    assert Message.objects.get(pk=first.pk).state == Message.State.WAITING
    assert Message.objects.get(pk=others[0].pk).state == Message.State.STUCK
    admin.post("/desk/messages/")
    letters.clear()
    assert send_waiting() == len(others) + 1
    assert AuditRecord.objects.filter(verb="record.messages.try_again").count() == 2


def test_only_administrators_and_auditors_see_what_is_stuck(home: Household) -> None:
    for kind, looks, posts in (
        ("administrator", 200, 302), ("auditor", 200, 403), ("finance_clerk", 404, 404),
    ):  # fmt: skip
        client = Client()
        client.force_login(staff(kind, kind, "34"))
        assert client.get("/desk/messages/").status_code == looks
        assert client.post("/desk/messages/").status_code == posts
