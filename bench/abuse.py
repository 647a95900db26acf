"""`./run bench abuse`: twenty people at their pages, alone and beside one who hammers.

Twenty people open home, account and a settlement over HTTP, each with a pause to read. First they
are alone; then a member asks without any pause, over several connections, for the costliest things
that who is signed in can ask for; then a machine of one institution does so. The ratio is the 95th
percentile of the people's answers beside the abuser over that alone; above 2 the run fails. The
turns take rounds, each with abusers of its own, whose quotas are fresh.

The load comes from this machine too, so the portal lacks what the clients take of its processors;
the abuser's process steps back where they are short.
"""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from _http import Connection, Outcome
from _population import options, settle_down
from _server import portal
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from tqdm import tqdm

from accounts import crediting
from claims.api.bodies import MOST_LINES
from claims.models import Claim
from members.models import Person, User
from members.months import first_of, months_after
from members.operations import pay_contributions
from tests import machines
from tests.household import BEGINNING, HEFEI, Household, build, signed_in
from tests.people import ACTOR, done, enrol, settled

PEOPLE = 20
CONNECTIONS = 4
#: Seconds between two pages of one person, at least and at most.
PAUSE = (0.5, 1.5)
LIMIT = 2.0
SETTLEMENTS_OF_AN_ABUSER = 120
MONTHS_OF_AN_ABUSER = 30
TURNS = ("alone", "member", "machine")


@dataclass(frozen=True)
class Asker:
    """A person who is signed in, with a settlement of their own."""

    person: Person
    headers: str
    claim: Claim


def main() -> None:
    """Measure the three turns in rounds; print times, ratios, and what abusers were answered."""
    given = options(__doc__ or "", full=SETTLEMENTS_OF_AN_ABUSER, short=30)
    seconds = 7.0 if given.short else 20.0
    rounds = 1 if given.short else given.rounds
    today = timezone.localdate()
    settings.ALLOWED_HOSTS.append("testserver")  # as Django's test client calls itself
    home = build(today)
    people = _members(home, PEOPLE, months=3, settlements=1)
    abusers = _members(home, rounds, months=MONTHS_OF_AN_ABUSER, settlements=given.accounts)
    hospitals = [machines.signed_in(home.hospital) for _ in range(rounds)]
    settle_down()
    outcomes = {name: Outcome() for name in TURNS}
    answered: dict[str, Counter[str]] = {"member": Counter(), "machine": Counter()}
    with portal(limited=True) as port:
        for _ in range(2):  # until the workers are warm
            with _hammering(port, _pages(people), 2.0, Counter()):
                time.sleep(2.0)
        for turn in tqdm(range(rounds), desc="rounds"):
            hammers = {
                "alone": [],
                "member": _costly(abusers[turn], today),
                "machine": _costly_calls(hospitals[turn], home),
            }
            for name, requests in hammers.items():
                with _hammering(port, requests, seconds, answered.get(name)):
                    outcome = _read(port, people, seconds=seconds)
                outcomes[name].seconds += outcome.seconds
                for status, number in outcome.unexpected.items():
                    raise SystemExit(f"{name}: {number} of the people's pages answered {status}")
    _report(outcomes, answered, as_json=given.json)


def _read(port: int, people: Sequence[Asker], *, seconds: float) -> Outcome:
    """Have everybody open their pages, one after another with a pause; return the times."""
    outcome = Outcome()
    lock = threading.Lock()
    end = time.monotonic() + seconds

    def work(who: Asker, order: int) -> None:
        draw = random.Random(order)
        connection = Connection(port)
        pages = _pages([who])
        turn = itertools.cycle(pages[order % 3 :] + pages[: order % 3])
        time.sleep(draw.uniform(0, PAUSE[1]))
        while time.monotonic() < end:
            request = next(turn)
            start = time.perf_counter()
            status, _ = connection.ask(request)
            taken = time.perf_counter() - start
            with lock:
                outcome.seconds.append(taken)
                if status != 200:
                    outcome.unexpected[status] = outcome.unexpected.get(status, 0) + 1
            time.sleep(draw.uniform(*PAUSE))
        connection.close()

    threads = [threading.Thread(target=work, args=(who, order)) for order, who in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def _pages(people: Sequence[Asker]) -> list[bytes]:
    """Return the pages of people: home, account and a settlement of each."""
    return [
        _get(address, who.headers)
        for who in people
        for address in (
            reverse("portal:home"),
            reverse("accounts:movements"),
            reverse("claims:detail", args=[who.claim.number]),
        )
    ]


class _hammering:  # noqa: N801  (used as a with-statement's word)
    """One who hammers while the block runs; an empty list of requests is nobody."""

    def __init__(
        self, port: int, requests: Sequence[bytes], seconds: float, answered: Counter[str] | None
    ) -> None:
        self._given = {
            "port": port,
            "connections": CONNECTIONS,
            "seconds": seconds,
            "requests": [request.decode("latin-1") for request in requests],
        }
        self._answered = answered

    def __enter__(self) -> None:
        if self._answered is not None:
            self._process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("_hammer.py"))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(self._given))
            self._process.stdin.close()

    def __exit__(self, *raised: object) -> None:
        if self._answered is not None:
            assert self._process.stdout is not None
            self._answered.update(json.loads(self._process.stdout.read()))
            self._process.wait()


def _members(home: Household, number: int, *, months: int, settlements: int) -> list[Asker]:
    """Enrol so many employees with a sign-in, months of credits, and settlements."""
    persons = enrol(*(f"Reader {place}" for place in range(number)), begins_on=BEGINNING)
    first = first_of(home.today)
    credited = [months_after(first, -count) for count in reversed(range(months))]
    for person in persons:
        done(
            pay_contributions(
                person_id=person.pk,
                months=credited,
                base=Decimal(20_000),
                paid_on=home.today - timedelta(days=1),
                actor=ACTOR,
            )
        )
    crediting.credit(area=HEFEI, month=first, day=home.today, actor=ACTOR)
    askers = []
    for person in tqdm(persons, desc="members"):
        person.user = User.objects.create_user(f"reader-{person.pk}")
        person.save(update_fields=["user"])
        claims = [
            settled(person, home.hospital, "88.00", day=home.today) for _ in range(settlements)
        ]
        client = signed_in(person.user)
        client.cookies["csrftoken"] = _FORM_KEY
        cookies = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
        headers = f"Cookie: {cookies}\r\nX-CSRFToken: {_FORM_KEY}\r\n"
        askers.append(Asker(person, headers, claims[0]))
    return askers


#: A browser has it in its forms.
_FORM_KEY = "a" * 32


def _costly(who: Asker, today: date) -> list[bytes]:
    """Return what costs most of all that a member can ask for."""
    question = {"area": HEFEI, "who": "active", "bill": "98765.43", "place": "home"}
    long_words = quote("第一人民医院" * 10)
    return [
        _get(reverse("accounts:file"), who.headers),
        _post(reverse("accounts:statement"), who.headers, year=str(today.year)),
        _get(reverse("accounts:movements") + "?whole=1", who.headers),
        _post(reverse("portal:my_data"), who.headers, form="json"),
        _get(reverse("claims:institutions") + f"?q={long_words}", who.headers),
        _get(reverse("claims:institutions") + "?q=a&page=99999999999999999999", who.headers),
        _post(reverse("claims:document", args=[who.claim.number]), who.headers),
        _get(reverse("portal:calculator") + "?" + urlencode(question), who.headers),
        _get(reverse("portal:rules") + "?area=340100&other=370600&everything=on", who.headers),
        _get(reverse("claims:list") + "?page=1000000&page_size=1000000", who.headers),
        _post(reverse("portal:my_data"), who.headers, form="pdf"),
        _get(reverse("portal:looks") + "?page=last&size=1000000", who.headers),
        _get(reverse("accounts:interest"), who.headers),
        _get(reverse("families:payment_code"), who.headers),
    ]


def _costly_calls(hospital: machines.Hospital, home: Household) -> list[bytes]:
    """Return what costs most of all that an institution's machine can ask for, without effect."""
    bill = hospital.bill(home.person("mei"), *(["60.00"] * MOST_LINES))
    nobody = {"id_number": "11010519491231002X", "name": "无名"}
    broken = {**bill, "lines": bill["lines"] * 3}
    calls: list[tuple[str, Any]] = [
        ("quotes", bill),
        ("members/lookups", nobody),
        ("quotes", broken),
        ("claims", {**bill, "category": "unknown"}),
    ]
    return [
        *(_call(hospital, "POST", path, body) for path, body in calls),
        _call(hospital, "GET", "statements?limit=100000000"),
        _call(hospital, "GET", "claims/T00000000"),
    ]


def _get(address: str, headers: str) -> bytes:
    return f"GET {address} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()


def _post(address: str, headers: str, **form: str) -> bytes:
    body = urlencode(form)
    return (
        f"POST {address} HTTP/1.1\r\nHost: localhost\r\n{headers}"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def _call(hospital: machines.Hospital, method: str, path: str, body: Any = None) -> bytes:
    sent = b"" if body is None else json.dumps(body).encode()
    return (
        f"{method} /api/v1/{path} HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {hospital.token}\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: {machines.new_key()}\r\nContent-Length: {len(sent)}\r\n\r\n"
    ).encode() + sent


def _report(
    outcomes: dict[str, Outcome], answered: dict[str, Counter[str]], *, as_json: bool
) -> None:
    print(f"{'':10}{'pages':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}")
    times = {
        name: {f"p{part}": outcome.percentile(part / 100) for part in (50, 95, 99)}
        for name, outcome in outcomes.items()
    }
    for name, found in times.items():
        of_each = "".join(f"{value:9.1f}" for value in found.values())
        print(f"{name:10}{len(outcomes[name].seconds):8}{of_each}")
    for name, statuses in answered.items():
        told = ", ".join(f"{status}: {number:,}" for status, number in sorted(statuses.items()))
        print(f"the {name} was answered {told}")
    ratios = {name: times[name]["p95"] / times["alone"]["p95"] for name in answered}
    for name, value in ratios.items():
        print(f"{name}: {value:.2f} (limit {LIMIT})")
    if as_json:
        figures = {
            "milliseconds": times,
            "answered": answered,
            "people": PEOPLE,
            "connections": CONNECTIONS,
        }
        print(json.dumps({"name": "abuse", "ratios": ratios, "figures": figures}))
    if max(ratios.values()) > LIMIT:
        raise SystemExit("One abuser makes everybody's pages more than twice as slow.")


if __name__ == "__main__":
    main()
