"""Patient tokens: what an institution holds after a look-up, and what it sends with its bills.

A token is sealed and holds all that it stands for, so that reading one costs no statement. It says
nothing to who cannot open it, belongs to one institution, and is good for a short while.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from .problems import Trouble

_VERSION = b"\x01"
_NONCE = 12
#: Person, institution, and the second at which the token ends.
_CONTENT = struct.Struct(">QQQ")


def lifetime() -> timedelta:
    """Return how long a token is good for."""
    return timedelta(minutes=settings.PATIENT_TOKEN_MINUTES)


def seal_token(*, person_id: int, institution_id: int, now: datetime) -> tuple[str, datetime]:
    """Return a token for a person at an institution, and when it ends (a whole second)."""
    ends_at = (now + lifetime()).replace(microsecond=0)
    content = _CONTENT.pack(person_id, institution_id, int(ends_at.timestamp()))
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(next(_keys())).encrypt(nonce, content, _VERSION)
    text = base64.urlsafe_b64encode(_VERSION + nonce + sealed).rstrip(b"=").decode()
    return text, ends_at


def open_token(token: str, *, institution_id: int, now: datetime) -> int:
    """Return whose token this is. Raises Trouble where it is another's, or good no longer."""
    trouble = Trouble("patient_token_expired", field="patient")
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise trouble from None
    if raw[:1] != _VERSION:
        raise trouble
    for key in _keys():
        try:
            content = AESGCM(key).decrypt(raw[1 : 1 + _NONCE], raw[1 + _NONCE :], _VERSION)
        except (InvalidTag, ValueError):
            continue
        person_id, theirs, ends_at = _CONTENT.unpack(content)
        if theirs != institution_id or datetime.fromtimestamp(ends_at, UTC) <= now:
            raise trouble
        return int(person_id)
    raise trouble


def _keys() -> Iterator[bytes]:
    """The key that seals, then those that still open: each drawn from a secret key."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield hmac.digest(secret.encode(), b"patient-token", hashlib.sha256)
