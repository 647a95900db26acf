"""The frame of every endpoint: who asks, what for, its shape, once, and what is answered.

An endpoint is a class with a method for each HTTP method; `endpoint` says what that one takes and
gives, and from the same words the description is drawn:

    class Refund(Endpoint):
        @endpoint(
            title=_("Refund a claim"), text=_("Each payer gets back what they paid."),
            scopes={SETTLE}, body=RefundBody, answer=UndoneAnswer, once="refund",
            refusals=("no_such_claim", "already_refunded"),
        )
        def post(self, call: Call[RefundBody], number: str) -> Effect:
            return claiming.refund(caller=call.caller, number=number, …)

`once` names the verb of an effect: then the method runs in one transaction with its request key,
and may raise `Refused`. Without it the method answers anew each time, and may return a `Refusal`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, Generic, TypeVar, cast

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request as RestRequest
from rest_framework.views import APIView

from claims.bill import InvalidBill
from claims.looking import UnknownInstitution
from record.outcome import Refusal, Refused

from .counting import count_refused
from .describing import InterfaceSchema, Parameter, Spec
from .machines import may_come_from
from .models import Machine
from .once import Answered, Effect, Message, answer_once
from .problems import Trouble, problem_response, trouble_of
from .reading import (
    LARGEST_BODY,
    fingerprint,
    idempotency_key,
    raw_body,
    read_body,
    reader_of,
)
from .signin import Caller, address_of, caller_of

QUOTE = Machine.Scope.QUOTE.value
SETTLE = Machine.Scope.SETTLE.value
RECONCILE = Machine.Scope.RECONCILE.value

B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Call(Generic[B]):
    """A call as a method gets it: who asks, when, and the body, which is None for a GET."""

    caller: Caller
    now: datetime
    body: B
    #: What makes it one message; None where the method has no effect.
    message: Message | None
    #: The person whose lock is taken with the message's key.
    held: int | None
    #: The query of the address: names that the method declares, one value each.
    query: dict[str, str]

    @property
    def day(self) -> date:
        """Return the day of the call."""
        return timezone.localdate(self.now)


Method = Callable[..., Any]


def endpoint(
    *,
    title: str,
    text: str,
    scopes: Iterable[str],
    answer: Any,
    body: type[Any] | None = None,
    status: int = 200,
    once: str = "",
    refusals: Iterable[str] = (),
    query: Iterable[Parameter] = (),
    media_types: Iterable[str] = ("application/json",),
    largest_body: int = LARGEST_BODY,
    holds: Callable[[Caller, Any, datetime], int | None] | None = None,
) -> Callable[[Method], Method]:
    """Make a method of an `Endpoint` one of the interface; see the module.

    `holds` tells from the caller, the body and the time whose lock the effect needs, as far as it
    can be told: it is taken in the statement that takes the key.
    """
    spec = Spec(
        title=title,
        text=text,
        scopes=frozenset(scopes),
        body=body,
        answer=answer,
        status=status,
        once=once,
        refusals=tuple(refusals),
        query=tuple(query),
        media_types=tuple(media_types),
        largest_body=largest_body,
    )

    reader = reader_of(spec.body) if spec.body is not None else None

    def decorate(method: Method) -> Method:
        @wraps(method)
        def answered(view: Endpoint, request: RestRequest, **path: str) -> HttpResponse:
            # DRF's request hands everything on that is asked of it to Django's.
            plain = cast("HttpRequest", request)
            now = timezone.now()
            caller = _caller(plain, spec.scopes, now)
            raw = raw_body(plain, spec.largest_body) if reader is not None else b""
            body = read_body(raw, reader) if reader is not None else None
            said = fingerprint(raw, about=f"{plain.method} {plain.path}")
            message = (
                Message(caller.institution.pk, idempotency_key(plain), spec.once, said)
                if spec.once
                else None
            )
            call: Call[Any] = Call(
                caller=caller,
                now=now,
                body=body,
                message=message,
                held=holds(caller, body, now) if holds is not None else None,
                query=_query(plain, spec.query),
            )

            def work() -> Any:
                return method(view, call, **path)

            if message is None:
                return _plain_answer(work())
            return _once_answer(answer_once(message, work, hold=call.held), view, call)

        answered.spec = spec  # type: ignore[attr-defined]
        return answered

    return decorate


class Endpoint(APIView):
    """An address of the interface. Its methods are made by `endpoint`."""

    schema = InterfaceSchema()
    authentication_classes = ()
    permission_classes = ()
    parser_classes = ()
    renderer_classes = (JSONRenderer,)
    # Browsers do not call this interface: it answers no OPTIONS.
    http_method_names = ["get", "post", "head"]

    @property
    def allowed_methods(self) -> list[str]:
        """Return the HTTP methods that this address knows."""
        return [name for name in ("GET", "POST") if hasattr(self, name.lower())]

    def perform_content_negotiation(self, request: RestRequest, force: bool = False) -> Any:
        """Answer in JSON whatever is asked for."""
        return JSONRenderer(), "application/json"

    def refused(self, refusal: Refusal, call: Call[Any]) -> Trouble:
        """Return the trouble of a refusal; an endpoint may add to it what helps the caller."""
        return trouble_of(refusal)

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        """Turn what an endpoint raises into a problem; faults of the portal go on up."""
        return problem_response(_trouble(exc, self))


def _trouble(error: Exception, view: Endpoint) -> Trouble:
    if isinstance(error, Trouble):
        return error
    if isinstance(error, Refused):
        return trouble_of(error.refusal)
    if isinstance(error, InvalidBill):
        return Trouble("bill_makes_no_sense", field="lines")
    if isinstance(error, UnknownInstitution):
        return Trouble("unknown_institution", field="service_date")
    if isinstance(error, Http404):
        return Trouble("not_found")
    if isinstance(error, exceptions.MethodNotAllowed):
        return Trouble("method_not_allowed", headers={"Allow": ", ".join(view.allowed_methods)})
    raise error


def _caller(request: HttpRequest, scopes: frozenset[str], now: datetime) -> Caller:
    """Return who asks. Raises Trouble: not_signed_in, address_not_allowed, scope_missing."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    caller = caller_of(token.strip(), now=now) if kind.lower() == "bearer" else None
    if caller is None:
        challenge = 'Bearer realm="api"' + (', error="invalid_token"' if token else "")
        raise Trouble("not_signed_in", headers={"WWW-Authenticate": challenge})
    if caller.networks and not may_come_from(caller.networks, address_of(request)):
        raise Trouble("address_not_allowed")
    if not caller.scopes & scopes:
        challenge = f'Bearer error="insufficient_scope", scope="{" ".join(sorted(scopes))}"'
        raise Trouble("scope_missing", headers={"WWW-Authenticate": challenge})
    return caller


def _query(request: HttpRequest, known: tuple[Parameter, ...]) -> dict[str, str]:
    """Return the query, which names nothing unknown and nothing twice. Raises Trouble."""
    names = {parameter.name: parameter for parameter in known}
    found: dict[str, str] = {}
    for name, values in request.GET.lists():
        if name not in names or len(values) != 1:
            raise Trouble("unknown_field", field=name[:40])
        found[name] = values[0]
    for parameter in known:
        given = found.get(parameter.name)
        if parameter.required and not given:
            raise Trouble("missing_field", field=parameter.name)
        if given is not None and not re.search(parameter.pattern, given, re.ASCII):
            raise Trouble("wrong_form", field=parameter.name)
    return found


def _plain_answer(outcome: Any) -> HttpResponse:
    if isinstance(outcome, HttpResponse):
        return outcome
    if isinstance(outcome, Refusal):
        raise trouble_of(outcome)
    return json_response(outcome.status, msgspec.json.encode(outcome.answer))


def _once_answer(outcome: Answered | Refusal, view: Endpoint, call: Call[Any]) -> HttpResponse:
    if isinstance(outcome, Refusal):
        count_refused(outcome, caller=call.caller, body=call.body, now=call.now, day=call.day)
        raise view.refused(outcome, call)
    response = json_response(outcome.status, outcome.content)
    if outcome.again:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def json_response(status: int, content: bytes) -> HttpResponse:
    """Return an answer in JSON, which no cache keeps."""
    return HttpResponse(
        content,
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


__all__ = [
    "QUOTE",
    "RECONCILE",
    "SETTLE",
    "Call",
    "Effect",
    "Endpoint",
    "Parameter",
    "Trouble",
    "endpoint",
]
