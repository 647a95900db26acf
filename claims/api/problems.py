"""Problem details (RFC 9457): every answer that is no success has this one form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpResponse
from django.utils.translation import get_language

from policy.refusals import CLAUSES
from record.outcome import Refusal

from .words import words_of

MEDIA_TYPE = "application/problem+json"
#: Where the description explains the codes: the type of a problem is this and its code.
TYPES = "/api/v1/docs#"

#: Code → status. Refusals of the law that stand here are conflicts with what is there already, or
#: things that are not found; every other one is 422.
STATUS: Mapping[str, int] = {
    "malformed_json": 400,
    "key_missing": 400,
    "not_signed_in": 401,
    "scope_missing": 403,
    "address_not_allowed": 403,
    "not_found": 404,
    "no_such_claim": 404,
    "no_such_request": 404,
    "no_such_person": 404,
    "method_not_allowed": 405,
    "already_refunded": 409,
    "already_reversed": 409,
    "duplicate_claim": 409,
    "prescription_used": 409,
    "quote_differs": 409,
    "request_in_progress": 409,
    "request_key_reused": 409,
    "reversed_first": 409,
    "body_too_large": 413,
    "unsupported_media_type": 415,
    "too_many_calls": 429,
    "too_many_lookups": 429,
    "internal_error": 500,
    "try_again": 503,
}
UNPROCESSABLE = 422
#: The status of what other rooms' endpoints answer (`add_status`).
_ADDED: dict[str, int] = {}
#: After how many seconds the same message may be sent again.
RETRY_AFTER: Mapping[str, int] = {"request_in_progress": 1, "try_again": 2}


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is wrong, as a machine and as a person read it.

    `code` is stable; `title` and `detail` are sentences in the language that was asked for. `field`
    is the place in the body, such as `lines[2].amount`; `number` the claim that is there already;
    `quote` the new quote.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    clause: str | None = None
    field: str | None = None
    number: str | None = None
    quote: Any = None


class Trouble(Exception):
    """Raised anywhere below an endpoint: the answer is a problem with this code.

    `field`, `number` and `quote` as in `Problem`; `headers` go with the answer.
    """

    def __init__(
        self,
        code: str,
        *,
        field: str | None = None,
        number: str | None = None,
        quote: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.number = number
        self.quote = quote
        self.headers = dict(headers or {})


def trouble_of(refusal: Refusal) -> Trouble:
    """Return a refusal of the law, or of an operation, as the trouble that it is."""
    return Trouble(refusal.code, field=refusal.data.get("field"), number=refusal.data.get("number"))


def status_of(code: str) -> int:
    """Return the status that goes with a code."""
    return STATUS.get(code) or _ADDED.get(code, UNPROCESSABLE)


def add_status(status: Mapping[str, int]) -> None:
    """Say which status goes with the codes of another room's endpoints."""
    _ADDED.update(status)


def problem_response(trouble: Trouble) -> HttpResponse:
    """Return the answer that tells of a trouble."""
    words = words_of(trouble.code)
    status = status_of(trouble.code)
    problem = Problem(
        type=TYPES + trouble.code,
        title=str(words.what),
        status=status,
        detail=str(words),
        code=trouble.code,
        clause=CLAUSES.get(trouble.code) or None,
        field=trouble.field,
        number=trouble.number,
        quote=trouble.quote,
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Language": "zh" if (get_language() or "").startswith("zh") else "en",
        **trouble.headers,
    }
    if status == 401:
        headers.setdefault("WWW-Authenticate", 'Bearer realm="api"')
    if trouble.code in RETRY_AFTER:
        headers.setdefault("Retry-After", str(RETRY_AFTER[trouble.code]))
    return HttpResponse(
        msgspec.json.encode(problem), status=status, content_type=MEDIA_TYPE, headers=headers
    )
