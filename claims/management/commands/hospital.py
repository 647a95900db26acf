"""`manage.py hospital`: plays a hospital that settles a CSV of bills over the interface.

It is the example of docs/interface.md. Beside the CSV it keeps a journal of what it sends
(`bills.csv.journal`), so that it may be stopped and started at any moment.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from claims.api.client import Client, NoAnswer, Refused

#: Columns of a bill, the same on each of its lines; then those of a line.
BILL = (
    "visit_number", "bill_number", "category", "service_date", "prescription_number", "prescriber",
    "other_scheme_paid",
)  # fmt: skip
LINE = ("amount", "class", "purpose", "code", "name", "self_pay_rate", "over_standard")
WHO = ("payment_code", "id_number", "reason")
_FIGURES = ("gross", "pool", "other_scheme_paid", "own_account", "shared_accounts", "cash")


class Command(BaseCommand):
    """Settles bills, prints receipts, and repeats what was not answered under the same key."""

    help = "Play a hospital over the interface for institutions (docs/interface.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default=settings.PUBLIC_URL, help="where the portal is")
        parser.add_argument(
            "--client-id", default=os.environ.get("HOSPITAL_CLIENT_ID", "demo-hospital")
        )
        parser.add_argument(
            "--secret", help="better: in HOSPITAL_SECRET, where no list of processes shows it"
        )
        parser.add_argument("--language", default="zh", choices=["zh", "en"])
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, about in (("settle", "settle the bills of a CSV"), ("quote", "only ask first")):
            verbs.add_parser(verb, help=about).add_argument("file", type=Path)
        undo = verbs.add_parser("refund", help="refund a claim")
        undo.add_argument("number")
        for verb, about in (
            ("find", "what became of a message"),
            ("reverse", "take back a settlement that was never answered"),
        ):
            verbs.add_parser(verb, help=about).add_argument("key")

    def handle(self, *args: Any, **options: Any) -> None:
        secret = options["secret"] or os.environ.get("HOSPITAL_SECRET", "")
        if not secret:
            raise CommandError(
                "Give the secret of the key: HOSPITAL_SECRET=… ./run manage hospital"
            )
        client = Client(
            url=options["url"].rstrip("/"),
            client_id=options["client_id"],
            secret=secret,
            language=options["language"],
            say=lambda text: self.stderr.write(f"  … {text}"),
        )
        try:
            getattr(self, f"_{options['verb']}")(client, options)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        except (NoAnswer, OSError) as error:
            raise CommandError(f"The portal did not answer: {error}") from None

    def _settle(self, client: Client, options: dict[str, Any]) -> None:
        journal = Journal(options["file"])
        refused = 0
        for bill in read_bills(options["file"]):
            key = key_of(bill)
            try:
                body = journal.sent(key) or journal.write(key, _with_patient(client, bill))
                self._receipt(client.post("claims", body, key=key))
            except Refused as error:
                refused += 1
                # A refusal uses the key up for nothing: what is sent next time may be another body.
                journal.forget(key)
                self.stdout.write(f"{bill['visit_number']} {bill['bill_number']}  {error}")
        if refused:
            raise CommandError(f"{refused} of the bills were refused; nothing was taken for them.")

    def _quote(self, client: Client, options: dict[str, Any]) -> None:
        for bill in read_bills(options["file"]):
            self._receipt(client.post("quotes", _with_patient(client, bill)))

    def _refund(self, client: Client, options: dict[str, Any]) -> None:
        number = options["number"]
        self._say(client.post(f"claims/{number}/refund", {}, key=f"refund-{number}"))

    def _find(self, client: Client, options: dict[str, Any]) -> None:
        self._say(client.get("claims", request=options["key"]))

    def _reverse(self, client: Client, options: dict[str, Any]) -> None:
        key = options["key"]
        self._say(client.post("reversals", {"request": key}, key=f"reverse-{key}"[:80]))

    def _say(self, told: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))

    def _receipt(self, claim: dict[str, Any]) -> None:
        figures = "  ".join(f"{name} {claim[name]}" for name in _FIGURES)
        self.stdout.write(f"{claim['number']}  {figures}")


class Journal:
    """What was sent under which key, one JSON object a line, written before it is sent."""

    def __init__(self, bills: Path) -> None:
        self._path = bills.with_name(f"{bills.name}.journal")
        self._sent: dict[str, dict[str, Any] | None] = {}
        if self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                self._sent[entry["key"]] = entry["body"]

    def sent(self, key: str) -> dict[str, Any] | None:
        """Return what was sent under a key, if anything was and was not refused."""
        return self._sent.get(key)

    def write(self, key: str, body: dict[str, Any]) -> dict[str, Any]:
        """Write down what is about to be sent, to the disk, and return it."""
        self._append(key, body)
        return body

    def forget(self, key: str) -> None:
        """Write down that a message was refused."""
        self._append(key, None)

    def _append(self, key: str, body: dict[str, Any] | None) -> None:
        self._sent[key] = body
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "body": body}, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())


def read_bills(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the bills of a CSV: rows with the same visit and bill number are one bill's lines.

    Raises CommandError for a file that cannot be read, or lacks a column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{path} cannot be read: {error}") from None
    needed = {"visit_number", "bill_number", "category", "service_date", *LINE[:3]}
    missing = needed - set(rows[0] if rows else ())
    if missing:
        raise CommandError(f"{path} lacks the columns {', '.join(sorted(missing))}.")
    bills: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        place = row["visit_number"], row["bill_number"]
        bill = bills.setdefault(
            place, {name: row[name] for name in (*BILL, *WHO) if row.get(name)} | {"lines": []}
        )
        bill["lines"].append({name: row[name] for name in LINE if row.get(name)})
    yield from bills.values()


def key_of(bill: dict[str, Any]) -> str:
    """Return the number that a bill's settlement is sent under: the same whenever it is sent."""
    return f"settle-{bill['visit_number']}-{bill['bill_number']}"[:80]


def _with_patient(client: Client, bill: dict[str, Any]) -> dict[str, Any]:
    """Look the patient up and return the bill as it is sent."""
    who = {name: bill[name] for name in WHO if name in bill}
    patient = client.post("members/lookups", who)["patient"]
    return {name: value for name, value in bill.items() if name not in WHO} | {"patient": patient}
