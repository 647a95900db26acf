"""`./run bench pages`: home, a settlement and the desk, against a page with one query.

The family of the tests, made by the real operations, is asked for over HTTP by eight clients that
are signed in. The limit has one query, a template and no middleware.
"""

from __future__ import annotations

import itertools
import json
import statistics
from collections.abc import Callable, Iterator
from datetime import date

from _http import Outcome, blow
from _population import options, settle_down
from _server import portal
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from django.utils import timezone
from tqdm import tqdm

from record.models import Role
from tests.household import build, signed_in
from tests.people import staff

CLIENTS = 8


def main() -> None:
    """Measure the limit and three pages in turns."""
    given = options(__doc__ or "", full=1, short=1)
    seconds = 1.5 if given.short else 6.0
    home = build(timezone.localdate())
    officer = staff("zhang", Role.Kind.CASE_OFFICER, "340100")
    settle_down()
    member, patient = home.users["lin"], home.persons["lin"]
    claim = next(one for one in home.claims.values() if one.patient_id == patient.pk)
    pages = {
        "home": _asks(reverse("portal:home"), member),
        "settlement": _asks(reverse("claims:detail", args=[claim.number]), member),
        "desk": _asks(reverse("desk:today"), officer),
    }
    rates: dict[str, list[float]] = {name: [] for name in ("limit", *pages)}
    with portal("_one_query:application") as limit, portal() as port:
        for _ in tqdm(range(given.rounds), desc="rounds"):
            rates["limit"].append(_blow(limit, _plain("/page"), seconds, "limit").rate)
            for name, requests in pages.items():
                rates[name].append(_blow(port, requests, seconds, name).rate)
    median = {name: statistics.median(runs) for name, runs in rates.items()}
    print(f"{'':14}{'a second':>10}{'of the limit':>14}")
    for name, rate in median.items():
        print(f"{name:14}{rate:10,.0f}{rate / median['limit']:14.2f}")
    ratios = {name: median[name] / median["limit"] for name in pages}
    for name, value in ratios.items():
        print(f"{name}: {value:.2f}")
    if given.json:
        figures = {"rates": rates, "clients": CLIENTS, "day": date.today().isoformat()}  # noqa: DTZ011
        print(json.dumps({"name": "pages", "ratios": ratios, "figures": figures}))


def _asks(address: str, user: AbstractBaseUser) -> Callable[[], Iterator[bytes]]:
    """Return an endless stream of requests for a page, as somebody who is signed in."""
    client = signed_in(user)  # type: ignore[arg-type]
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    return _plain(address, f"Cookie: {cookies}\r\n")


def _plain(address: str, headers: str = "") -> Callable[[], Iterator[bytes]]:
    request = f"GET {address} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()
    return lambda: itertools.repeat(request)


def _blow(port: int, requests: Callable[[], Iterator[bytes]], seconds: float, name: str) -> Outcome:
    outcome = blow(port=port, clients=CLIENTS, seconds=seconds, requests=requests, expected=200)
    if outcome.unexpected:
        raise SystemExit(f"{name}: answers with {outcome.unexpected}, such as {outcome.sample!r}")
    return outcome


if __name__ == "__main__":
    main()
