"""The environment is read once, and what cannot be right is refused in one sentence."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from config.environment import Environment, celery_broker

KEY = base64.b64encode(bytes(32)).decode()
SHORT = base64.b64encode(bytes(16)).decode()

REFUSED: list[tuple[str, Callable[[Environment], Any], str | None, str]] = [
    ("SECRET_KEY", lambda env: env.secret("SECRET_KEY"), None, "is not set"),
    ("SECRET_KEY", lambda env: env.secret("SECRET_KEY"), "short", "5 characters"),
    ("DEBUG", lambda env: env.flag("DEBUG", default=False), "maybe", "neither yes nor no"),
    ("PORT", lambda env: env.number("PORT", default=1, low=1, high=9), "80a", "'80a'"),
    ("PORT", lambda env: env.number("PORT", default=1, low=1, high=9), "10", "between 1 and 9"),
    ("PORT", lambda env: env.number("PORT", default=1, low=1, high=9), "-1", "'-1'"),
    ("KIND", lambda env: env.text("KIND", choices="web worker"), "desk", "web, worker"),
    ("PUBLIC_URL", lambda env: env.site("PUBLIC_URL", default=""), "portal.example", "http"),
    ("PUBLIC_URL", lambda env: env.site("PUBLIC_URL", default=""), "http://a/b", "alone"),
    ("PUBLIC_URL", lambda env: env.site("PUBLIC_URL", default=""), "http://a:many", "alone"),
    ("ANCHOR", lambda env: env.file("ANCHOR"), "here/below", "relative path"),
    ("DATABASE_URL", lambda env: env.database("DATABASE_URL"), None, "postgresql://"),
    ("DATABASE_URL", lambda env: env.database("DATABASE_URL"), "sqlite:///x", "PostgreSQL"),
    ("DATABASE_URL", lambda env: env.database("DATABASE_URL"), "postgresql://h/x", "no user"),
    ("DATABASE_URL", lambda env: env.database("DATABASE_URL"), "postgresql://u@h", "no database"),
    ("DATABASE_URL", lambda env: env.database("DATABASE_URL"), "postgresql://u@h/x?y=1", "y"),
    ("REDIS_URL", lambda env: env.redis("REDIS_URL"), "http://host", "Redis"),
    ("REDIS_URL", lambda env: env.redis("REDIS_URL"), "redis://", "Redis"),
    ("REDIS_URL", lambda env: env.redis("REDIS_URL"), "redis://host:x", "cannot be read"),
    ("KEYS", lambda env: env.id_number_keys("KEYS"), KEY, "short name"),
    ("KEYS", lambda env: env.id_number_keys("KEYS"), f"a:{SHORT}", "32 bytes"),
    ("KEYS", lambda env: env.id_number_keys("KEYS"), "a:!!", "32 bytes"),
    ("KEYS", lambda env: env.id_number_keys("KEYS"), f"a:{KEY},a:{KEY}", "two keys"),
    ("INDEX", lambda env: env.key("INDEX"), SHORT, "32 bytes"),
    ("EMAIL_URL", lambda env: env.mail("EMAIL_URL", default=""), "pigeon://loft", "smtp"),
]


@pytest.mark.parametrize(("name", "read", "value", "says"), REFUSED)
def test_a_wrong_value_ends_with_one_sentence_that_names_it(
    name: str,
    read: Callable[[Environment], Any],
    value: str | None,
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    env = Environment({} if value is None else {name: value})
    with pytest.raises(SystemExit) as ended:
        read(env)
    sentence = capsys.readouterr().err
    assert ended.value.code == 2
    assert sentence.startswith(f"{name} ")
    assert says in sentence
    assert sentence.count("\n") == 1


def test_a_password_is_never_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    env = Environment({"DATABASE_URL": "postgresql://u:tiger-lily@h/x?nonsense=1"})
    with pytest.raises(SystemExit):
        env.database("DATABASE_URL")
    assert "tiger-lily" not in capsys.readouterr().err


def test_a_database_address_may_name_a_socket_folder() -> None:
    env = Environment({"DATABASE_URL": "postgresql://app@/portal?host=%2Frun%2FUpper"})
    database = env.database("DATABASE_URL")
    assert (database["HOST"], database["NAME"], database["USER"]) == ("/run/Upper", "portal", "app")


def test_a_secret_that_begins_with_a_dollar_stays_as_it_is() -> None:
    secret = "$HOME" + "x" * 40
    assert Environment({"SECRET_KEY": secret}).secret("SECRET_KEY") == secret


def test_the_newest_key_comes_first() -> None:
    env = Environment({"KEYS": f"new:{KEY}, old:{KEY}"})
    assert [key_id for key_id, _ in env.id_number_keys("KEYS")] == ["new", "old"]


@pytest.mark.parametrize(
    ("redis_url", "broker"),
    [
        ("redis://host:6379/3", "redis://host:6379/3"),
        ("unix:///run/v.sock?db=2", "redis+socket:///run/v.sock?virtual_host=2"),
        ("unix:///run/v.sock", "redis+socket:///run/v.sock?virtual_host=0"),
    ],
)
def test_celery_gets_the_same_server_in_its_own_words(redis_url: str, broker: str) -> None:
    assert celery_broker(redis_url) == broker
