"""Reading a body: its size, its JSON, its shape; what is wrong is told with the field's place."""

from __future__ import annotations

import hashlib
import re
from typing import TypeVar

import msgspec
from django.http import HttpRequest

from .problems import Trouble

T = TypeVar("T")

#: A bill of 500 lines with long names is half of it.
LARGEST_BODY = 256 * 1024
_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json\s*(?:;.*)?", re.IGNORECASE)
_KEY = re.compile(r"[0-9A-Za-z._:~-]{8,80}")
_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<place>.*)`)?$", re.DOTALL)
_NAME = re.compile(r"(?:required|unknown) field `(.*)`")
#: A control character, as JSON writes it.
_CONTROL = re.compile(rb"(?<!\\)(?:\\\\)*\\(?:[bfnrt]|u00[01])")


def raw_body(request: HttpRequest, largest: int = LARGEST_BODY) -> bytes:
    """Return the body of a request, which is JSON and not larger. Raises Trouble."""
    if not _JSON.fullmatch(request.headers.get("Content-Type", "")):
        raise Trouble("unsupported_media_type")
    if int(request.META.get("CONTENT_LENGTH") or 0) > largest:
        raise Trouble("body_too_large")
    return bytes(request.body)


def reader_of(kind: type[T]) -> msgspec.json.Decoder[T]:
    """Return what reads bodies of a kind. Made once, while one thread alone loads the endpoint.

    msgspec works out how a kind is read when it first meets it; two threads that meet it at once,
    in a server that has just started, bring the whole process down.
    """
    return msgspec.json.Decoder(kind)


def read_body(raw: bytes, reader: msgspec.json.Decoder[T]) -> T:
    """Read a body. Raises Trouble with the place of what does not fit."""
    try:
        read = reader.decode(raw)
    except msgspec.ValidationError as error:
        raise trouble_with(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Trouble("malformed_json") from None
    return read


def fingerprint(raw: bytes, *, about: str) -> str:
    """Return the SHA-256 of what a body says and of what it is about, however it is written.

    Blanks and the order of the fields do not count. Raises Trouble for control characters, which
    no field may hold.
    """
    said = msgspec.json.encode(msgspec.json.decode(raw), order="sorted") if raw else b""
    # Few bodies have a backslash at all, which is found at once.
    if b"\\" in said and _CONTROL.search(said):
        raise Trouble("wrong_form")
    return hashlib.sha256(about.encode() + b"\n" + said).hexdigest()


def idempotency_key(request: HttpRequest) -> str:
    """Return the number that a message has. Raises Trouble."""
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise Trouble("key_missing", field="Idempotency-Key")
    return key


def trouble_with(message: str) -> Trouble:
    """Turn what msgspec says of a value into a trouble with its place."""
    found = _PLACE.match(message)
    assert found is not None, "the pattern fits every text"
    what, place = found["what"], found["place"] or ""
    if named := _NAME.search(what):
        place = f"{place}.{named[1]}" if place else named[1]
        code = "missing_field" if "required" in what else "unknown_field"
    elif "enum value" in what:
        code = "unknown_value"
    elif " of length " in what:
        code = "wrong_length"
    elif "matching regex" in what or what.startswith("Invalid "):
        code = "wrong_form"
    else:
        code = "wrong_type"
    return Trouble(code, field=place or None)
