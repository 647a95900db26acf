"""How machines sign in: OAuth 2 client credentials for a short-lived token, and the token's check.

The token's check is one statement, which brings the institution along.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from allauth.account.adapter import get_adapter
from allauth.idp.oidc.adapter import get_adapter as get_oidc_adapter
from allauth.idp.oidc.views import TokenView
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from claims.models import Institution
from record.operations import Actor
from record.statements import statement

from .machines import may_come_from
from .models import MachineKey


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a machine of an institution, and what its token lets it do."""

    machine_id: int
    name: str
    institution: Institution
    scopes: frozenset[str]
    networks: tuple[str, ...]

    @property
    def actor(self) -> Actor:
        """Return the caller as the audit record names it."""
        return Actor(name=f"{self.institution.code} {self.name}")


_CALLER = """
SELECT token.scopes, machine.id, machine.name, machine.scopes, machine.networks,
    institution.id, institution.code, institution.name, institution.area, institution.kind,
    institution.address, institution.phone
FROM allauth_idp_oidc_token token
JOIN claims_machinekey key ON key.client_id = token.client_id
JOIN claims_machine machine ON machine.id = key.machine_id
JOIN claims_institution institution ON institution.id = machine.institution_id
WHERE token.type = 'at' AND token.hash = %(hash)s AND token.expires_at > %(now)s
  AND key.begins_at <= %(now)s AND (key.ends_at IS NULL OR key.ends_at > %(now)s)
  AND machine.closed_at IS NULL
"""


def caller_of(token: str, *, now: datetime) -> Caller | None:
    """Return whose token this is, or None where it is none, or good no longer."""
    values = {"hash": get_oidc_adapter().hash_token(token), "now": now}
    row = statement(_CALLER).row(values)
    if row is None:
        return None
    granted, machine_id, name, scopes, networks, *institution = row
    return Caller(
        machine_id=machine_id,
        name=name,
        institution=Institution.from_db(
            "default", ["id", "code", "name", "area", "kind", "address", "phone"], institution
        ),
        scopes=frozenset(granted.split("\n")) & frozenset(scopes),
        networks=tuple(networks),
    )


def address_of(request: HttpRequest) -> str:
    """Return the network address that a request came from, or "" where it cannot be told."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


class MachineTokenView(TokenView):  # type: ignore[misc]
    """`POST /api/v1/token`: a client id and its secret against a token (RFC 6749, 4.4)."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("grant_type") != "client_credentials":
            return _refused("unsupported_grant_type", 400)
        client_id = _client_id(request)
        now = timezone.now()
        key = (
            MachineKey.objects.select_related("machine")
            .filter(client_id=client_id, begins_at__lte=now, machine__closed_at=None)
            .filter(Q(ends_at=None) | Q(ends_at__gt=now))
            .first()
        )
        if key is None or not may_come_from(key.machine.networks, address_of(request)):
            return _refused("invalid_client", 401)
        answer: HttpResponse = super().post(request)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _client_id(request: HttpRequest) -> str:
    """Return the client id of a request for a token, wherever it stands (RFC 6749, 2.3.1)."""
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            given = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return ""
        return unquote_plus(given.partition(":")[0])
    return str(request.POST.get("client_id", ""))


def _refused(error: str, status: int) -> HttpResponse:
    headers: dict[str, Any] = {"Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="token"'
    return JsonResponse({"error": error}, status=status, headers=headers)
