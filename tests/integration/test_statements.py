"""Prepared statements, the health of a kept connection, and the machines' short way in."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, close_old_connections, connection

from config.handler import Portal
from record.statements import Part, statement, write

ADD = "SELECT %(left)s::bigint + %(right)s::bigint AS sum, '100%%' AS text"


@pytest.mark.django_db
def test_a_statement_is_prepared_once_and_answers_with_the_names_of_its_columns() -> None:
    for left in (1, 2, 3):
        values = {"left": left, "right": 4}
        assert statement(ADD).named_rows(values) == [{"sum": left + 4, "text": "100%"}]
    assert _prepared("AS sum, '100%' AS text") == 1


@pytest.mark.django_db
def test_what_the_database_refuses_comes_as_djangos_error_with_the_constraints_name() -> None:
    number = {"number": "once"}
    part = Part("lock", "INSERT INTO limits (name) VALUES (%(number)s)", number)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE limits (name text CONSTRAINT name_once UNIQUE)")
    write([part])
    with pytest.raises(IntegrityError) as refused:
        write([part])
    cause = refused.value.__cause__
    assert isinstance(cause, psycopg.errors.UniqueViolation)
    assert cause.diag.constraint_name == "name_once"


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_closed_is_opened_anew_and_prepares_again() -> None:
    values = {"left": 1, "right": 1}
    assert statement(ADD).row(values) == (2, "100%")
    assert connection.is_usable()
    with _other_link() as link:
        link.execute(
            "SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid]
        )
    assert not connection.is_usable()
    close_old_connections()
    assert statement(ADD).row(values) == (2, "100%")


@pytest.mark.django_db(transaction=True)
def test_a_connection_in_a_broken_transaction_is_not_taken_for_sound() -> None:
    connection.ensure_connection()
    link = connection.connection
    link.autocommit = False
    with pytest.raises(psycopg.errors.DivisionByZero):
        link.execute("SELECT 1 / 0")
    assert not connection.is_usable()
    link.rollback()
    link.autocommit = True
    assert connection.is_usable()


@pytest.mark.django_db
def test_machines_go_past_sessions_and_forms_but_not_past_security() -> None:
    status, headers, content = _ask("/api/v1/claims/1", HTTP_ACCEPT_LANGUAGE="en")
    assert status.startswith("401")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Language"] == "en"
    assert int(headers["Content-Length"]) == len(content)
    assert json.loads(content)["code"] == "not_signed_in"
    assert "Content-Security-Policy" not in headers


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/docs", "/me/", "/healthz"])
def test_people_have_the_whole_chain(path: str) -> None:
    _, headers, _ = _ask(path)
    assert "Content-Security-Policy" in headers


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/claims/1", "/", "/healthz"])
def test_a_strange_host_is_refused_at_either_door(path: str) -> None:
    status, _, _ = _ask(path, HTTP_HOST="strange.example")
    assert status.startswith("400")


def _ask(path: str, **given: str) -> tuple[str, dict[str, str], bytes]:
    """Ask the portal's WSGI application itself."""
    told: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        told.update(status=status, headers=dict(headers))

    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        **given,
    }
    answer = Portal()(environ, start)
    content = b"".join(answer)
    return told["status"], told["headers"], content


@contextmanager
def _other_link() -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as link:
        yield link


def _prepared(end: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE right(statement, %s) = %s",
            [len(end), end],
        )
        (count,) = cursor.fetchone() or (0,)
    return int(count)
