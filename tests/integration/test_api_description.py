"""The description of the interface: kept as a file, complete, and readable."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from claims.api.base import Endpoint
from claims.api.describing import describe, spec_of
from claims.api.problems import STATUS
from claims.api.words import PROBLEMS, words_of
from claims.management.commands.describe_interface import FILE, text

pytestmark = pytest.mark.django_db


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, told)
        for path, methods in describe()["paths"].items()
        for method, told in methods.items()
    ]


def test_the_file_is_what_the_interface_says_of_itself() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), (
        "write it anew: ./run manage describe_interface --write"
    )


def test_every_endpoint_is_described() -> None:
    described = {(path, method) for path, method, _ in operations()}
    found = set()
    for resolver in get_resolver().url_patterns:
        if str(resolver.pattern) != "api/v1/":
            continue
        for pattern in resolver.url_patterns:  # type: ignore[union-attr]
            view = getattr(pattern.callback, "cls", None)
            if view is None or not issubclass(view, Endpoint):
                continue
            address = "/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))
            found |= {(address, m) for m in ("get", "post") if spec_of(view, m) is not None}
    assert found == described


def test_every_operation_declares_how_it_may_fail() -> None:
    for path, method, told in operations():
        statuses = set(told["responses"])
        assert {"401", "403", "422", "500", "503"} <= statuses, path
        if method == "post":
            assert {"400", "413", "415"} <= statuses, path
        keyed = any(one["name"] == "Idempotency-Key" for one in told["parameters"])
        assert not keyed or "409" in statuses


def test_every_code_has_its_words() -> None:
    for code in {*STATUS, *PROBLEMS}:
        assert str(words_of(code).what)


def test_the_page_shows_every_operation_and_code(client: Client) -> None:
    page = client.get("/api/v1/docs", headers={"Accept-Language": "en"})
    shown = page.content.decode()

    assert page.status_code == 200
    assert "style=" not in shown
    for path, method, told in operations():
        assert f"{method.upper()} {path}" in shown
        for answer in told["responses"].values():
            schema = answer["content"].get("application/problem+json")
            for code in answer["description"].split(", ") if schema else []:
                assert f'id="{code}"' in shown, code


def test_the_page_and_the_file_speak_chinese(client: Client) -> None:
    for address in ("docs", "openapi.json"):
        answer = client.get(f"/api/v1/{address}", headers={"Accept-Language": "zh-CN"})
        assert "结算账单" in answer.content.decode()
    told = client.get("/api/v1/openapi.json", headers={"Accept-Language": "en"}).json()
    assert told == json.loads(text())
