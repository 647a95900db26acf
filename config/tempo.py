"""Everybody's share of the web server: nobody's haste makes the others wait.

Before anything of Django runs, and in each process for itself: it costs no look at a database or a
cache, and a cache that is away takes nothing from the protection.

A browser is known by its session, who has none by the network address, which stands for many
people. Each may ask in bursts and, in the long run, at a person's pace, where what takes much of
the processor counts for several pages; beyond that the answer is 429, a little late and at next to
no cost. A browser's requests are worked on one after another, so that it never holds all threads.

A machine of an institution is known by its token and has a pace of its own, many counters' worth;
its calls go side by side. Beyond it the answer is a problem that says when to send the same again.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template import loader
from django.utils import translation

from claims.api.problems import Trouble, problem_response

Answer = Callable[..., Any]
Application = Callable[[dict[str, Any], Answer], Iterable[bytes]]

#: Requests of one browser in a process of four threads: one is worked on, the others wait for it.
IN_LINE = 3
#: What takes longer than this of the processor counts for several pages, or for several calls.
SECONDS_OF_A_PAGE = 0.05
SECONDS_OF_A_CALL = 0.01
#: A machine's burst is shorter than a person's: it can wait.
BURST_OF_CALLS = 5
#: So many seconds a request waits for the one before it;
PATIENCE = 2.0
#: for so long who was too quick is kept waiting, in few threads only;
REFUSED_WAIT = 0.1
REFUSED_THREADS = 2
#: So many people may sit behind one network address.
PEOPLE_AT_AN_ADDRESS = 20
#: So many askers are remembered; those who have their whole burst again are forgotten first.
REMEMBERED = 20_000


class Tempo:
    """How much each asker may still ask: a burst of some seconds', filled up as time goes by."""

    def __init__(self, *, a_minute: int, seconds: int = 20) -> None:
        self._burst = a_minute * seconds / 60
        self._a_second = a_minute / 60
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def seconds_to_wait(self, who: str, *, now: float) -> float:
        """Count one request; 0 where it may go on, else after how many seconds one more may."""
        with self._lock:
            left, since = self._left.get(who, (self._burst, now))
            left = min(self._burst, left + (now - since) * self._a_second)
            may = left >= 1
            self._left[who] = (left - may, now)
            if len(self._left) > REMEMBERED:
                self._forget(now)
        return 0.0 if may else (1 - left) / self._a_second

    def take_more(self, who: str, pages: float) -> None:
        """Count a request that took much for more than one; never for more than a whole burst."""
        with self._lock:
            if who in self._left:
                left, since = self._left[who]
                self._left[who] = (max(left - pages, -self._burst), since)

    def _forget(self, now: float) -> None:
        """Forget who has their whole burst again; where that is not enough, everybody."""
        self._left = {
            who: (left, since)
            for who, (left, since) in self._left.items()
            if left + (now - since) * self._a_second < self._burst
        }
        if len(self._left) > REMEMBERED // 2:
            self._left.clear()


class FairShare:
    """A WSGI application that gives everybody their share of another one."""

    def __init__(self, application: Application, *, a_minute: int, calls_a_minute: int) -> None:
        self._application = application
        self._machines = Tempo(a_minute=calls_a_minute, seconds=BURST_OF_CALLS)
        self._browsers = Tempo(a_minute=a_minute)
        self._addresses = Tempo(a_minute=a_minute * PEOPLE_AT_AN_ADDRESS)
        self._kept_waiting = threading.Semaphore(REFUSED_THREADS)
        self._changed = threading.Condition()
        #: Whose page is being made, and how many of whose requests are here.
        self._served: set[str] = set()
        self._here: Counter[str] = Counter()

    def __call__(self, environ: dict[str, Any], start_response: Answer) -> Iterable[bytes]:
        """Answer a request, or say when to come again."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(_MACHINES):
            return self._answer_call(environ, start_response)
        if path.startswith(_FREE):
            return self._application(environ, start_response)
        browser, address = _session(environ), _address(environ)
        seconds = self._seconds_to_wait(browser, address)
        if not seconds and not self._enter(browser):
            seconds = 1
        if seconds:
            self._slow_down()
            return _come_again(seconds, start_response)
        try:
            return self._answer(environ, start_response, self._browsers, browser, SECONDS_OF_A_PAGE)
        finally:
            self._leave(browser)

    def _answer_call(self, environ: dict[str, Any], start_response: Answer) -> Iterable[bytes]:
        token = str(environ.get("HTTP_AUTHORIZATION", ""))
        machine = _mark(token) if token else _address(environ)
        seconds = self._machines.seconds_to_wait(machine, now=time.monotonic())
        if seconds:
            self._slow_down()
            return _send_again(seconds, environ, start_response)
        return self._answer(environ, start_response, self._machines, machine, SECONDS_OF_A_CALL)

    def _answer(
        self,
        environ: dict[str, Any],
        start_response: Answer,
        pace: Tempo,
        who: str,
        seconds_of_one: float,
    ) -> Iterable[bytes]:
        began = time.thread_time()
        try:
            return self._application(environ, start_response)
        finally:
            # The processor's time and no other: a database that is slow is nobody's haste.
            taken = (time.thread_time() - began) / seconds_of_one
            if taken > 1:
                pace.take_more(who, taken - 1)

    def _seconds_to_wait(self, browser: str, address: str) -> float:
        now = time.monotonic()
        # What a browser is refused is not counted for its neighbours.
        waits = self._browsers.seconds_to_wait(browser, now=now) if browser else 0.0
        return waits or self._addresses.seconds_to_wait(address, now=now)

    def _slow_down(self) -> None:
        """Let who was too quick wait before the answer: even short answers add up."""
        if self._kept_waiting.acquire(blocking=False):
            time.sleep(REFUSED_WAIT)
            self._kept_waiting.release()

    def _enter(self, browser: str) -> bool:
        """Wait until nothing else of this browser is worked on. False where that is too long."""
        if not browser:
            return True
        with self._changed:
            if self._here[browser] >= IN_LINE:
                return False
            self._here[browser] += 1
            if self._changed.wait_for(lambda: browser not in self._served, timeout=PATIENCE):
                self._served.add(browser)
                return True
            self._go(browser)
            return False

    def _leave(self, browser: str) -> None:
        if not browser:
            return
        with self._changed:
            self._served.discard(browser)
            self._go(browser)
            self._changed.notify_all()

    def _go(self, browser: str) -> None:
        self._here[browser] -= 1
        if not self._here[browser]:
            del self._here[browser]


_MACHINES = "/api/v1/"
_FREE = (settings.STATIC_URL, "/healthz", "/readyz")


def _session(environ: dict[str, Any]) -> str:
    """Return a mark of the session that a request shows, or an empty text."""
    sent = environ.get("HTTP_COOKIE", "")
    if settings.SESSION_COOKIE_NAME not in sent:
        return ""
    try:
        shown = SimpleCookie(sent).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return _mark(shown.value) if shown else ""


def _mark(secret: str) -> str:
    """Return what a key or a token is remembered by: no secret lies about in memory."""
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


def _address(environ: dict[str, Any]) -> str:
    """Return where a request comes from, as the outermost of our own proxies saw it."""
    hops = [hop.strip() for hop in str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    trusted = settings.TRUSTED_PROXY_COUNT
    if trusted and len(hops) >= trusted and hops[-trusted]:
        return hops[-trusted]
    return str(environ.get("REMOTE_ADDR", ""))


def _come_again(seconds: float, start_response: Answer) -> Iterable[bytes]:
    """Answer that this was too quick, and when to come again."""
    whole = max(1, math.ceil(seconds))
    body = _page(whole)
    start_response(
        "429 Too Many Requests",
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
            ("Retry-After", str(whole)),
            # Who hammers has to come in by the door again, which is slower than asking.
            ("Connection", "close"),
        ],
    )
    return [body]


def _send_again(seconds: float, environ: dict[str, Any], start_response: Answer) -> Iterable[bytes]:
    """Answer a machine that this was too much, and when to send the same message again."""
    asked = HttpRequest()
    asked.META, asked.path_info = environ, environ.get("PATH_INFO", "")
    trouble = Trouble("too_many_calls", headers={"Retry-After": str(max(1, math.ceil(seconds)))})
    with translation.override(translation.get_language_from_request(asked)):
        answer = problem_response(trouble)
    start_response(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
    return [answer.content]


@cache
def _page(seconds: int) -> bytes:
    return loader.render_to_string("too_quick.html", {"seconds": seconds}).encode()
