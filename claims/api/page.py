"""The description of the interface as a file for machines and as a page for their developers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext, override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from .describing import codes_in_words, describe


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of a shape: its name, kind in words, whether it must be there, and its meaning."""

    name: str
    kind: str
    required: bool
    meaning: str
    link: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as the page shows it."""

    id: str
    method: str
    path: str
    title: str
    text: str
    scopes: tuple[str, ...]
    has_key: bool
    query: tuple[str, ...]
    body: str
    answer: str
    status: str
    problems: tuple[tuple[str, tuple[str, ...]], ...]


@require_safe
@cache_control(max_age=3600)
def openapi(request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI description, in the language asked for."""
    return HttpResponse(_text(_language()), content_type="application/json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the description to who builds a hospital's side."""
    document = _document(_language())
    shapes = document["components"]["schemas"]
    context = {
        "operations": sorted(_operations(document), key=lambda one: _place(one.path)),
        "shapes": [(name, list(_fields(shape))) for name, shape in shapes.items()],
        "codes": codes_in_words(),
        "scopes": _scopes(document),
    }
    return render(request, "claims/interface.html", context)


#: What comes first at a counter comes first on the page.
_ORDER = ("members", "quotes", "claims", "reversals", "reconciliations", "statements")


def _place(path: str) -> tuple[int, str]:
    first = path.removeprefix("/api/v1/").split("/", maxsplit=1)[0]
    return (_ORDER.index(first) if first in _ORDER else len(_ORDER)), path


def _language() -> str:
    return "zh-hans" if (get_language() or "").startswith("zh") else "en"


@lru_cache(maxsize=2)
def _document(language: str) -> dict[str, Any]:
    with override(language):
        return describe()


@lru_cache(maxsize=2)
def _text(language: str) -> str:
    return json.dumps(_document(language), ensure_ascii=False)


def _scopes(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    flow = document["components"]["securitySchemes"]["machine"]["flows"]["clientCredentials"]
    return [(name, gettext(words)) for name, words in flow["scopes"].items()]


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            answers = told["responses"]
            done = next(status for status in answers if status.startswith("2"))
            parameters = told["parameters"]
            yield Operation(
                id=told["operationId"],
                method=method.upper(),
                path=path,
                title=told["summary"],
                text=told.get("description", ""),
                scopes=tuple(scope for one in told["security"] for scope in one["machine"]),
                has_key=any(one["name"] == "Idempotency-Key" for one in parameters),
                query=tuple(
                    f"{one['name']}: {one['description']}"
                    for one in parameters
                    if one["in"] == "query"
                ),
                body=_named(told["requestBody"]["content"]) if "requestBody" in told else "",
                answer=_named(answers[done]["content"]),
                status=done,
                problems=tuple(
                    (status, tuple(answer["description"].split(", ")))
                    for status, answer in answers.items()
                    if status != done
                ),
            )


def _named(content: Mapping[str, Any]) -> str:
    """Return the name of the shape that a content has, if it has one."""
    schema = content.get("application/json", {}).get("schema", {})
    return _shape_of(schema)


def _shape_of(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    inner = [schema["items"]] if "items" in schema else schema.get("anyOf", [])
    return next((name for one in inner if (name := _shape_of(one))), "")


def _fields(shape: Mapping[str, Any]) -> Iterator[FieldRow]:
    required = set(shape.get("required", ()))
    for name, schema in shape.get("properties", {}).items():
        yield FieldRow(
            name=name,
            kind=_kind(schema),
            required=name in required,
            meaning=str(schema.get("description", "")),
            link=_shape_of(schema),
        )


def _kind(schema: Mapping[str, Any]) -> str:  # noqa: PLR0911  (a table in words)
    """Return what a value looks like: its kind, its limits, its known values."""
    if "enum" in schema:
        return " · ".join(str(value) for value in schema["enum"])
    if "anyOf" in schema:
        kinds = [_kind(one) for one in schema["anyOf"] if one.get("type") != "null"]
        return " · ".join(kind for kind in kinds if kind)
    if "$ref" in schema:
        return ""
    match schema.get("type"):
        case "string" if schema.get("format") == "date":
            return gettext("a day, 2026-03-01")
        case "string" if str(schema.get("pattern", "")).endswith("[0-9]{2}$"):
            return gettext("an amount, 128.50")
        case "string":
            longest = schema.get("maxLength")
            return gettext("text of at most %(n)s") % {"n": longest} if longest else gettext("text")
        case "array":
            most = schema.get("maxItems")
            return gettext("a list of at most %(n)s") % {"n": most} if most else gettext("a list")
        case "boolean":
            return "true · false"
        case "integer":
            return gettext("a whole number")
        case _:
            return gettext("an object")
