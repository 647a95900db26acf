"""Machines of institutions, as tests call the interface: signed in, and over Django's client."""

from __future__ import annotations

import base64
import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from claims.api import machines
from claims.api.machines import NewKey
from claims.api.models import Machine
from claims.api.patients import seal_token
from claims.models import Institution
from members.models import Person
from tests.people import ACTOR

ALL = tuple(Machine.Scope.values)
_serial = itertools.count(1)


def open_machine(
    institution: Institution, *, scopes: tuple[str, ...] = ALL, networks: tuple[str, ...] = ()
) -> tuple[Machine, NewKey]:
    """Open a sign-in for a machine of an institution, as an administrator's page does."""
    return machines.open_for(
        institution=institution,
        name=f"HIS {next(_serial)}",
        scopes=scopes,
        networks=networks,
        actor=ACTOR,
        now=timezone.now(),
    )


def basic(key: NewKey) -> str:
    """Return the header by which a key asks for a token."""
    return "Basic " + base64.b64encode(f"{key.client_id}:{key.secret}".encode()).decode()


def ask_for_token(key: NewKey, **more: str) -> Any:
    """Ask for a token; return the response."""
    return Client().post(
        "/api/v1/token",
        {"grant_type": "client_credentials", **more},
        headers={"Authorization": basic(key)},
    )


@dataclass
class Hospital:
    """An institution with a machine that is signed in."""

    institution: Institution
    machine: Machine
    key: NewKey
    token: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, **headers: str) -> Any:
        """GET an address of the interface."""
        return self.client.get(f"/api/v1/{path}", headers=self._headers(headers))

    def post(self, path: str, body: Any, *, key: str = "", **headers: str) -> Any:
        """POST a body; `key` is the Idempotency-Key."""
        if key:
            headers["Idempotency-Key"] = key
        return self.client.post(
            f"/api/v1/{path}",
            data=body if isinstance(body, bytes) else json.dumps(body),
            content_type=headers.pop("Content-Type", "application/json"),
            headers=self._headers(headers),
        )

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.token}",
            "Accept-Language": "en",
            **{name.replace("_", "-"): value for name, value in more.items()},
        }

    def patient(self, person: Person) -> str:
        """Return a patient token, as a look-up gives it."""
        token, _ = seal_token(
            person_id=person.pk, institution_id=self.institution.pk, now=timezone.now()
        )
        return token

    def bill(self, person: Person, *amounts: str, **facts: Any) -> dict[str, Any]:
        """Return the body of a bill with a line for each amount, served today."""
        number = f"B{next(_serial):06d}"
        return {
            "patient": self.patient(person),
            "visit_number": number,
            "bill_number": number,
            "category": "outpatient",
            "service_date": timezone.localdate().isoformat(),
            "lines": [line(amount) for amount in amounts],
            **facts,
        }

    def settle(self, person: Person, *amounts: str, key: str = "", **facts: Any) -> Any:
        """Settle a bill under a key of its own; return the response."""
        return self.post("claims", self.bill(person, *amounts, **facts), key=key or new_key())


def line(amount: str, **facts: Any) -> dict[str, Any]:
    """Return a line of class A with a code."""
    return {
        "amount": amount,
        "class": "A",
        "purpose": "drug",
        "code": "XA01ABD075A002010100483",
        "name": "amoxicillin",
        **facts,
    }


def new_key() -> str:
    """Return a request key that was never used."""
    return f"test-key-{next(_serial):08d}"


def signed_in(
    institution: Institution, *, scopes: tuple[str, ...] = ALL, networks: tuple[str, ...] = ()
) -> Hospital:
    """Sign a new machine of an institution in."""
    machine, key = open_machine(institution, scopes=scopes, networks=networks)
    answer = ask_for_token(key)
    assert answer.status_code == 200, answer.content
    return Hospital(institution, machine, key, answer.json()["access_token"])


def code_of(answer: Any) -> str:
    """Return the code of a problem, or an empty text where the answer is none."""
    kind = answer.headers["Content-Type"]
    return str(answer.json()["code"]) if kind == "application/problem+json" else ""
