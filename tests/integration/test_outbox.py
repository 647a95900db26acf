"""The outbox: written with what it tells of, sent once, tried again, never silent about failing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import pytest
from django.core import mail
from django.db import connection, transaction
from django.db.models.functions import Now

from record import outbox, texts
from record.channels import Letter
from record.models import Message
from record.operations import tell
from record.tasks import send_outbox
from tests.people import enrol_one, staff

pytestmark = pytest.mark.django_db


class Gateway:
    """A gateway of the tests, which notes what it sends, and fails when told to."""

    sent: ClassVar[list[Letter]] = []
    failing: ClassVar[bool] = False
    lock = threading.Lock()

    def send(self, letter: Letter) -> bool:
        if self.failing:
            raise ConnectionError("the gateway is away")
        with self.lock:
            self.sent.append(letter)
        return True


@pytest.fixture(autouse=True)
def gateway(settings: object) -> type[Gateway]:
    settings.MESSAGE_CHANNELS = [f"{__name__}.Gateway"]  # type: ignore[attr-defined]
    Gateway.sent.clear()
    Gateway.failing = False
    return Gateway


def due_again() -> None:
    """Let the wait after a failure be over."""
    Message.objects.update(try_at=Now())


def test_a_message_is_sent_once_in_the_language_of_the_portal(gateway: type[Gateway]) -> None:
    lin = enrol_one("lin", phone="13800000001")
    tell(kind="moved", person_ids=[lin.pk])
    assert send_outbox() == 1
    assert send_outbox() == 0
    [letter] = gateway.sent
    assert letter.phone == "13800000001"
    message = Message.objects.get()
    assert (message.state, message.attempts) == (Message.State.SENT, 1)
    assert message.sent_at is not None


def test_what_was_rolled_back_is_never_sent(gateway: type[Gateway]) -> None:
    lin = enrol_one("lin", phone="13800000001")
    with transaction.atomic():
        tell(kind="moved", person_ids=[lin.pk])
        transaction.set_rollback(True)
    send_outbox()
    assert gateway.sent == []


def test_a_gateway_that_is_away_is_tried_again_and_then_staff_see_it(
    gateway: type[Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "TRIES", 3)
    lin = enrol_one("lin", phone="13800000001")
    tell(kind="moved", person_ids=[lin.pk])
    gateway.failing = True
    for _ in range(2):
        send_outbox()
        assert send_outbox() == 0, "a failed message waits before it is tried again"
        due_again()
    gateway.failing = False
    send_outbox()
    assert Message.objects.get().state == Message.State.SENT

    gateway.failing = True
    tell(kind="moved", person_ids=[lin.pk])
    for _ in range(3):
        send_outbox()
        due_again()
    stuck = Message.objects.latest("pk")
    assert (stuck.state, stuck.last_error) == (
        Message.State.STUCK,
        "ConnectionError: the gateway is away",
    )
    assert send_outbox() == 0


def test_staff_get_mail_and_a_log_shows_no_whole_number(
    settings: object, caplog: pytest.LogCaptureFixture
) -> None:
    del settings.MESSAGE_CHANNELS  # type: ignore[attr-defined]
    wu = staff("wu", "reviewer", "34")
    wu.email = "wu@example.invalid"
    wu.save()
    lin = enrol_one("lin", phone="13800000001")
    tell(kind="run_waits", user_ids=[wu.pk])
    tell(kind="bound", person_ids=[lin.pk])
    with caplog.at_level("INFO"):
        send_outbox()
    assert [sent.to for sent in mail.outbox] == [["wu@example.invalid"]]
    assert "13800000001" not in caplog.text
    assert "138****01" in caplog.text


def test_no_text_says_what_it_is_about() -> None:
    telling = ("hospital", "diagnos", "ill", "drug", "yuan", "%(", "{")
    for text in texts.TEXTS.values():
        words = f"{text.title} {text.body}".lower()
        assert not any(f" {word}" in f" {words}" for word in telling), words


@pytest.mark.django_db(transaction=True)
def test_four_relays_at_once_send_each_message_once(gateway: type[Gateway]) -> None:
    lin = enrol_one("lin", phone="13800000001")
    tell(kind="moved", person_ids=[lin.pk] * 40)

    def relay() -> int:
        try:
            return send_outbox()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: relay(), range(4))) == 40
    assert len({letter.key for letter in gateway.sent}) == len(gateway.sent) == 40
