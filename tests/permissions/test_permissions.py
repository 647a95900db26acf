"""Who may open which address, and post to it: every address of the portal, the admin's too.

What is not yours is not found (404); where a form is refused to somebody who may look, 403. An
address without a row fails.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.core.context import request_context
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.backends.django import Template
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from record.quotas import QUOTAS
from tests.permissions.table import LOGIN, Row, addresses, gathered
from tests.permissions.world import ROLES, World, standing

pytestmark = pytest.mark.django_db

TABLE = gathered()


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with standing(django_db_blocker) as world:
        yield world


@pytest.fixture
def world(made: World, db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> World:
    """The world, with pages that are not drawn and lists that are not read: who gets one?"""
    monkeypatch.setattr(Template, "render", lambda self, context=None, request=None: "")
    monkeypatch.setattr(ChangeList, "get_results", _nothing_found)
    # How often somebody may try is another test's matter.
    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False
    monkeypatch.setitem(QUOTAS, "file", 10_000)
    return made


def _nothing_found(self: Any, request: HttpRequest) -> None:
    self.result_list, self.result_count = self.queryset.none(), 0
    self.full_result_count, self.multi_page, self.can_show_all = 0, False, True
    self.show_full_result_count = self.show_admin_actions = False
    self.paginator = self.model_admin.get_paginator(request, [], 1)


def url_of(view: str, row: Row, world: World) -> str:
    args = row.args(world)
    if "/" in view or "^" in view:
        # An address without a name: its pattern is given whole.
        return f"/{args[0]}{row.query}"
    return reverse(view, args=args) + row.query


def ask(world: World, role: str, method: str, url: str, row: Row) -> int | str:
    """Ask the view itself, as the middleware would hand it the request; return what comes."""
    match = resolve(urlsplit(url).path)
    make = getattr(RequestFactory(headers=world.headers(role)), method)
    request = make(url) if method == "get" else make(url, row.data(world))
    user = world.users.get(role)
    request.user = copy.copy(user) if user else AnonymousUser()
    request.session = SessionStore()
    request.resolver_match = match
    request.htmx = False
    request.staff_roles = world.roles_of(role)
    request._messages = FallbackStorage(request)
    request._dont_enforce_csrf_checks = True
    try:
        with request_context(request):
            return got(match.func(request, *match.args, **match.kwargs))
    except Http404:
        return 404
    except PermissionDenied:
        return 403
    except ReauthenticationRequired:
        return "/login/reauthenticate/" if user else LOGIN
    except ImmediateHttpResponse as error:
        return got(error.response)


def _asked(world: World, role: str, method: str, url: str, row: Row) -> int | str:
    """Ask, and take back what was written, where somebody may write."""
    if method == "get" or row.post[role] in {403, 404, 405, LOGIN, "/admin/login/"}:
        return ask(world, role, method, url, row)
    with transaction.atomic():
        had = ask(world, role, method, url, row)
        transaction.set_rollback(True)
    return had


#: A record that is asked for without a purpose leads to the page that asks for one.
_ASKS = re.compile(r"/desk/people/\d+/open/")


def got(answer: HttpResponseBase) -> int | str:
    if answer.status_code in {301, 302, 303}:
        there = str(answer["Location"]).split("?")[0]
        return "ASKS" if _ASKS.fullmatch(there) else plain(there)
    return answer.status_code


def plain(answer: int | str) -> int | str:
    """An address with 1 for every number in it: which one it is depends on what ran before."""
    return re.sub(r"/\d+/", "/1/", answer) if isinstance(answer, str) else answer


def test_every_address_has_its_row() -> None:
    named = [view for rows in TABLE.values() for view in rows]
    assert len(named) == len(set(named)), "two rows for one address"
    there = set(addresses())
    assert there - set(named) == set(), "these addresses have no row in tests/permissions/"
    assert set(named) - there == set(), "these rows have no address"


@pytest.mark.parametrize("room", TABLE)
def test_each_role_gets_what_the_table_says(world: World, room: str) -> None:
    wrong = []
    for view, row in TABLE[room].items():
        url = url_of(view, row, world)
        for method, answers in (("get", row.get), ("post", row.post)):
            for role in row.roles if method == "get" else row.post_roles:
                had = _asked(world, role, method, url, row)
                if had != plain(answers[role]):
                    wrong.append(f"{view} {method} {role}: {had}, the table says {answers[role]}")
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("room", TABLE)
def test_every_post_needs_its_token(world: World, room: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.users["officer"])
    wrong = [
        view
        for view, row in TABLE[room].items()
        if not row.is_interface and strict.post(url_of(view, row, world)).status_code != 403
    ]
    assert wrong == []


def test_pages_of_members_and_staff_are_kept_in_no_cache(world: World) -> None:
    wrong = []
    for room in set(TABLE) - {"admin", "packages", "config"}:
        for view, row in TABLE[room].items():
            if row.is_interface or row.get["anonymous"] == 200:
                continue
            role = next((role for role in ROLES if row.get[role] == 200), None)
            if role is None:
                continue
            client = Client()
            client.force_login(world.users[role])
            answer = client.get(url_of(view, row, world))
            if "no-store" not in answer.headers.get("Cache-Control", ""):
                wrong.append(view)
    assert wrong == []


@pytest.mark.parametrize("room", sorted(set(TABLE) - {"admin", "packages"}))
def test_no_page_answers_to_another_method(world: World, room: str) -> None:
    wrong = []
    for view, row in TABLE[room].items():
        if row.is_interface:
            continue
        for method in ("put", "patch", "delete"):
            for role in ("member", "officer"):
                had = ask(world, role, method, url_of(view, row, world), row)
                if had != 405:
                    wrong.append(f"{view} {method} {role}: {had}")
    assert wrong == []
