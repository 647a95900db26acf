"""The description of the interface (OpenAPI 3.1), drawn from what its endpoints say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from .problems import MEDIA_TYPE, Problem, status_of
from .reading import LARGEST_BODY
from .words import words_of

REFERENCE = "#/components/schemas/{name}"


@dataclass(frozen=True)
class Parameter:
    """A name of the address's query: what it means, whether it must be there, its pattern."""

    name: str
    description: str
    required: bool = False
    pattern: str = ""


@dataclass(frozen=True)
class Spec:
    """What a method takes and gives: drawn into the description, and kept to."""

    title: str
    text: str
    scopes: frozenset[str]
    body: type[Any] | None
    answer: Any
    status: int
    once: str
    refusals: tuple[str, ...]
    query: tuple[Parameter, ...] = ()
    #: Media types of the answer, such as text/csv.
    media_types: tuple[str, ...] = field(default=("application/json",))
    #: How many bytes its body may have.
    largest_body: int = LARGEST_BODY

    def codes(self) -> dict[int, list[str]]:
        """Return every code that a method may refuse with, by status."""
        found: dict[int, dict[str, None]] = defaultdict(dict)
        for code in self._codes():
            found[status_of(code)][code] = None
        return {status: list(found[status]) for status in sorted(found)}

    def _codes(self) -> Iterator[str]:
        yield from ("not_signed_in", "scope_missing", "address_not_allowed")
        if self.body is not None:
            yield from ("malformed_json", "body_too_large", "unsupported_media_type")
            yield from ("missing_field", "unknown_field", "wrong_type", "wrong_form")
            yield from ("wrong_length", "unknown_value")
        elif self.query:
            yield "missing_field"
        yield "unknown_field"
        if self.once:
            yield from ("key_missing", "request_in_progress", "request_key_reused")
        yield from self.refusals
        yield from ("too_many_calls", "internal_error", "try_again")


class InterfaceSchema(AutoSchema):
    """Draws an operation from the `Spec` of its method."""

    def get_operation(self, path: str, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """Return the operation, or None for a method that is not one of the interface."""
        method = str(args[2])
        spec = spec_of(self.view, method)
        if spec is None:
            return None
        operation: dict[str, Any] = {
            "operationId": f"{method.lower()}_{path.removeprefix('/api/v1/')}".translate(_NAMES),
            "summary": spec.title,
            "tags": [path.removeprefix("/api/v1/").split("/")[0]],
            "parameters": list(_parameters(path, spec)),
            "responses": {
                str(spec.status): _success(spec),
                **{str(status): _problem(codes) for status, codes in spec.codes().items()},
            },
            "security": [{"machine": [scope]} for scope in sorted(spec.scopes)],
        }
        if spec.text:
            operation["description"] = spec.text
        if spec.body is not None:
            operation["requestBody"] = {
                "required": True,
                "content": {"application/json": {"schema": _reference(spec.body)}},
            }
        return operation


_NAMES = str.maketrans({"/": "_", "{": "", "}": "", "-": "_"})
_NUMBER = {
    "name": "number",
    "in": "path",
    "required": True,
    "description": _("The number of the claim."),
    "schema": {"type": "string", "pattern": "^[0-9A-Za-z-]{1,40}$"},
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": _(
        "Your number of this message. Sent again with the same body it has no second effect and"
        " gets the same answer."
    ),
    "schema": {"type": "string", "pattern": "^[0-9A-Za-z._:~-]{8,80}$"},
}
_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": _("The language of the sentences in a problem: zh or en."),
    "schema": {"type": "string", "examples": ["zh", "en"]},
}


def spec_of(view: Any, method: str) -> Spec | None:
    """Return what a method of a view, or of the class behind an address, says of itself."""
    where = getattr(view, "cls", view)
    found: Spec | None = getattr(getattr(where, method.lower(), None), "spec", None)
    return found


def describe() -> dict[str, Any]:
    """Return the description in the language that is active."""
    document, _generator = _drawn()
    translated: dict[str, Any] = _translated(document)
    return translated


def _drawn() -> tuple[dict[str, Any], Any]:
    """Return the description as it is drawn, and the generator, which knows the endpoints."""
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    return generator.get_schema(request=None, public=True), generator


def with_components(result: dict[str, Any], generator: Any, **_more: Any) -> dict[str, Any]:
    """Add the shapes that the operations name, and how a machine signs in."""
    kinds: dict[Any, None] = {Problem: None}
    for _path, _regex, method, view in generator.endpoints:
        spec = spec_of(view, method)
        if spec is not None:
            kinds.update(dict.fromkeys(k for k in (spec.body, *_shapes(spec.answer)) if k))
    _schemas, components = msgspec.json.schema_components(list(kinds), ref_template=REFERENCE)
    result["components"] = {
        "schemas": dict(sorted(components.items())),
        "securitySchemes": {
            "machine": {
                "type": "oauth2",
                "description": _(
                    "Client credentials: the client id and the secret of one of your keys."
                ),
                "flows": {
                    "clientCredentials": {
                        "tokenUrl": "/api/v1/token",
                        "scopes": {
                            "quote": _("look up and quote"),
                            "settle": _("look up, settle and undo"),
                            "reconcile": _("reconcile and read statements"),
                        },
                    }
                },
            }
        },
    }
    return result


def _shapes(answer: Any) -> tuple[Any, ...]:
    """Return the shapes that an answer may have: one, or one of several."""
    return answer if isinstance(answer, tuple) else (answer,)


def _parameters(path: str, spec: Spec) -> Iterator[dict[str, Any]]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    for name in names:
        yield _NUMBER | {"name": name}
    for parameter in spec.query:
        schema: dict[str, Any] = {"type": "string", "minLength": 1}
        if parameter.pattern:
            schema["pattern"] = parameter.pattern
        yield {
            "name": parameter.name,
            "in": "query",
            "required": parameter.required,
            "description": parameter.description,
            "schema": schema,
        }
    if spec.once:
        yield _KEY
    yield _LANGUAGE


def _success(spec: Spec) -> dict[str, Any]:
    content = {
        kind: {
            "schema": _reference(spec.answer) if kind == "application/json" else {"type": "string"}
        }
        for kind in spec.media_types
    }
    return {"description": _("Done."), "content": content}


def _problem(codes: list[str]) -> dict[str, Any]:
    return {
        "description": ", ".join(codes),
        "content": {MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(name="Problem")}}},
    }


def _reference(kind: Any) -> dict[str, Any]:
    schemas, _components = msgspec.json.schema_components(
        list(_shapes(kind)), ref_template=REFERENCE
    )
    return dict(schemas[0]) if len(schemas) == 1 else {"anyOf": [dict(one) for one in schemas]}


def _translated(part: Any) -> Any:
    """Return the same part with its sentences in the active language."""
    if isinstance(part, Mapping):
        return {
            name: gettext(value)
            if name in {"summary", "description"} and isinstance(value, str) and value
            else _translated(value)
            for name, value in part.items()
        }
    return [_translated(one) for one in part] if isinstance(part, list) else part


def codes_in_words() -> list[tuple[int, str, str]]:
    """Return every code of the interface with its status and its sentences, by status."""
    _document, endpoints = _drawn()
    found = {
        code
        for _path, _regex, method, view in endpoints.endpoints
        if (spec := spec_of(view, method)) is not None
        for codes in spec.codes().values()
        for code in codes
    } | {"method_not_allowed", "not_found"}
    return sorted((status_of(code), code, str(words_of(code))) for code in found)
