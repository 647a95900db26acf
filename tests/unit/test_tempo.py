"""Everybody's share of the web server: bursts, a person's pace, one page after another."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from typing import Any

import pytest

from config import tempo
from config.tempo import FairShare, Tempo


def test_an_asker_has_a_burst_and_then_a_persons_pace() -> None:
    pace = Tempo(a_minute=60)
    assert [pace.seconds_to_wait("lin", now=100.0) for _ in range(20)] == [0.0] * 20
    assert pace.seconds_to_wait("lin", now=100.0) == pytest.approx(1.0)
    assert pace.seconds_to_wait("lin", now=100.5) == pytest.approx(0.5)
    assert pace.seconds_to_wait("lin", now=101.0) == 0.0
    assert pace.seconds_to_wait("mei", now=101.0) == 0.0
    # However long somebody was away, there is no more than the burst.
    assert [pace.seconds_to_wait("lin", now=9_000.0) > 0 for _ in range(21)] == [False] * 20 + [
        True
    ]


def test_what_takes_much_of_the_processor_counts_for_several_pages() -> None:
    pace = Tempo(a_minute=60)
    assert pace.seconds_to_wait("lin", now=100.0) == 0.0
    pace.take_more("lin", 25.0)
    assert pace.seconds_to_wait("lin", now=100.0) == pytest.approx(7.0)
    pace.take_more("lin", 1_000.0)
    assert pace.seconds_to_wait("lin", now=100.0) == pytest.approx(21.0)

    def heavy(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        sum(range(20_000_000))
        return fine(environ, start)

    portal = Answers(FairShare(heavy, a_minute=10, calls_a_minute=60))
    statuses = [portal.ask(session="lin") for _ in range(3)]
    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_those_who_asked_long_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempo, "REMEMBERED", 10)
    pace = Tempo(a_minute=60)
    for asker in range(1_000):
        pace.seconds_to_wait(f"asker {asker}", now=float(asker))
    assert len(pace._left) <= 11


class Answers:
    """Calls an application as the web server does; keeps the status of each answer."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.headers: dict[str, str] = {}

    def ask(self, path: str = "/home/", *, session: str = "", **more: str) -> int:
        told: list[int] = []

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            told.append(int(status.split(maxsplit=1)[0]))
            self.headers = dict(headers)

        environ = {"PATH_INFO": path, "REMOTE_ADDR": "203.0.113.7", **more}
        if session:
            environ["HTTP_COOKIE"] = f"theme=dark; sessionid={session}; language=en"
        self.body = b"".join(self.application(environ, start))
        return told[0]


@pytest.fixture(autouse=True)
def _answers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempo, "REFUSED_WAIT", 0.0)


def fine(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    start("200 OK", [])
    return [b"fine"]


def test_who_hammers_is_told_when_to_come_again_and_nobody_else_is() -> None:
    portal = Answers(FairShare(fine, a_minute=30, calls_a_minute=60))
    assert [portal.ask(session="abuser") for _ in range(12)] == [200] * 10 + [429] * 2
    assert int(portal.headers["Retry-After"]) in {1, 2}
    assert "请稍等" in portal.body.decode()
    assert "A moment, please" in portal.body.decode()
    assert portal.headers["Connection"] == "close"
    assert "unsafe" not in portal.headers["Content-Security-Policy"]
    # At the same address, and without a sign-in.
    assert portal.ask(session="neighbour") == 200
    assert portal.ask() == 200


def test_an_address_is_many_people_and_is_limited_too() -> None:
    portal = Answers(FairShare(fine, a_minute=30, calls_a_minute=60))
    statuses = [portal.ask(session=f"made up {each}") for each in range(210)]
    assert statuses == [200] * 200 + [429] * 10
    assert portal.ask(REMOTE_ADDR="203.0.113.8") == 200


def test_the_address_is_the_one_that_the_trusted_proxy_saw(settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    portal = Answers(FairShare(fine, a_minute=30, calls_a_minute=60))
    seen = [portal.ask(HTTP_X_FORWARDED_FOR=f"{n}.1.1.1, 198.51.100.9") for n in range(201)]
    assert seen[-1] == 429
    assert portal.ask(HTTP_X_FORWARDED_FOR="1.1.1.1, 198.51.100.10") == 200


def test_style_sheets_and_probes_are_not_counted() -> None:
    portal = Answers(FairShare(fine, a_minute=30, calls_a_minute=60))
    for path in ("/static/theme.css", "/healthz", "/readyz"):
        assert {portal.ask(path, session="one") for _ in range(300)} == {200}, path


class Slow:
    """An application whose pages end when they are told to."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.begun = threading.Semaphore(0)
        self.together = self.most = 0
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        with self._lock:
            self.together += 1
            self.most = max(self.most, self.together)
        self.begun.release()
        assert self.go_on.wait(10)
        with self._lock:
            self.together -= 1
        start("200 OK", [])
        return [b""]


def in_threads(
    share: FairShare, number: int, **asked: Any
) -> tuple[list[threading.Thread], list[int]]:
    told: list[int] = []
    threads = [
        threading.Thread(target=lambda: told.append(Answers(share).ask(**asked)))
        for _ in range(number)
    ]
    for thread in threads:
        thread.start()
    return threads, told


def test_one_browser_never_holds_all_threads() -> None:
    slow = Slow()
    share = FairShare(slow, a_minute=600, calls_a_minute=60)
    threads, told = in_threads(share, 5, session="abuser")
    assert slow.begun.acquire(timeout=10)
    threads[-1].join(0.2)
    slow.go_on.set()
    for thread in threads:
        thread.join(10)
    # One at a time, two wait for it, and no more than these are let in.
    assert sorted(told) == [200, 200, 200, 429, 429]
    assert slow.most == 1
    assert not share._here
    assert not share._served


def test_a_machine_has_a_pace_of_its_own_and_a_problem_says_when_to_send_again() -> None:
    portal = Answers(FairShare(fine, a_minute=30, calls_a_minute=60))

    def calls(token: str, **more: str) -> int:
        return portal.ask("/api/v1/claims", HTTP_AUTHORIZATION=f"Bearer {token}", **more)

    assert [calls("his") for _ in range(6)] == [200] * 5 + [429]
    assert calls("his", HTTP_ACCEPT_LANGUAGE="en") == 429
    assert portal.headers["Content-Type"] == "application/problem+json"
    assert portal.headers["Content-Language"] == "en"
    assert portal.headers["Retry-After"] == "1"
    told = json.loads(portal.body)
    assert (told["code"], told["status"]) == ("too_many_calls", 429)
    assert "with the same number" in told["detail"]
    # Neither another machine at this address nor a person there is kept waiting.
    assert calls("another") == 200
    assert portal.ask(session="lin") == 200


def test_a_machines_calls_go_side_by_side() -> None:
    slow = Slow()
    share = FairShare(slow, a_minute=600, calls_a_minute=600)
    threads, told = in_threads(share, 4, path="/api/v1/quotes", HTTP_AUTHORIZATION="Bearer his")
    for _ in threads:
        assert slow.begun.acquire(timeout=10)
    slow.go_on.set()
    for thread in threads:
        thread.join(10)
    assert told == [200] * 4
