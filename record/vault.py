"""Bytes kept encrypted at rest, by the list of keys of the installation (`ID_NUMBER_KEYS`)."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12


class UnreadableSecret(Exception):
    """A sealed value was written with a key that is no longer in ID_NUMBER_KEYS."""


def seal(data: bytes, *, about: bytes = b"") -> bytes:
    """Encrypt with the newest key: its id and a colon, a nonce, AES-GCM text and tag.

    `about` is what the value belongs to: it opens there and nowhere else.
    """
    key_id, key = next(iter(_keys().items()))
    prefix = key_id.encode() + b":"
    nonce = os.urandom(_NONCE)
    return prefix + nonce + AESGCM(key).encrypt(nonce, data, prefix + about)


def unseal(sealed: bytes | memoryview, *, about: bytes = b"") -> bytes:
    """Decrypt what `seal` made, by the key that it names. Raises UnreadableSecret."""
    data = bytes(sealed)
    key_id, _, rest = data.partition(b":")
    key = _keys().get(key_id.decode(errors="replace"))
    if key is None:
        raise UnreadableSecret(
            f"no key {key_id!r} in ID_NUMBER_KEYS: add the key that this value was written with"
        )
    try:
        return AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], key_id + b":" + about)
    except InvalidTag:
        raise UnreadableSecret(
            "the value does not fit its key: it was changed or damaged"
        ) from None


def _keys() -> dict[str, bytes]:
    return dict(settings.ID_NUMBER_KEYS)
