"""How a visitor wants the pages to look: no sign-in, no database, no script."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"accept-language": "zh-CN"})


def test_the_start_page_needs_no_sign_in_and_names_the_hotline(visitor: Client) -> None:
    answer = visitor.get("/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "tel:12393" in page
    assert 'data-view="standard"' in page
    assert '<html lang="zh-hans"' in page
    # The five places are for those who are signed in.
    assert "tabbar" not in page


def test_a_switch_is_kept_in_a_cookie_that_no_script_reads(visitor: Client) -> None:
    answer = visitor.post("/display/", {"view": "elder", "next": "/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    cookie = answer.cookies["view"]
    assert (cookie.value, cookie["samesite"]) == ("elder", "Lax")
    assert cookie["httponly"]
    page = visitor.get("/").content.decode()
    assert 'data-view="elder"' in page
    assert "elder.css" in page
    assert "普通版" in page


def test_theme_decides_which_screens_get_dark_colours(visitor: Client) -> None:
    assert "screen and (prefers-color-scheme: dark)" in visitor.get("/").content.decode()
    visitor.post("/display/", {"theme": "light", "next": "/"})
    assert "dark.css" not in visitor.get("/").content.decode()
    visitor.post("/display/", {"theme": "dark", "next": "/"})
    assert 'dark.css" media="screen"' in visitor.get("/").content.decode()


def test_the_language_switch_turns_the_page(visitor: Client) -> None:
    visitor.post("/display/", {"language": "en", "next": "/"})
    assert '<html lang="en"' in visitor.get("/").content.decode()


@pytest.mark.parametrize(
    "wished", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_a_switch_never_leads_to_another_site(visitor: Client, wished: str) -> None:
    answer = visitor.post("/display/", {"view": "elder", "next": wished})
    assert answer["Location"] == "/display/"


def test_an_unknown_choice_is_refused_and_an_unknown_cookie_counts_as_none(
    visitor: Client,
) -> None:
    assert visitor.post("/display/", {"view": "huge"}).status_code == 400
    visitor.cookies["view"] = "huge"
    assert 'data-view="standard"' in visitor.get("/").content.decode()


def test_what_is_mine_asks_for_sign_in(visitor: Client) -> None:
    answer = visitor.get("/me/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


def test_a_missing_page_wears_the_same_clothes(visitor: Client) -> None:
    answer = visitor.get("/nowhere/")
    assert answer.status_code == 404
    assert "找不到这一页" in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_the_same_clothes() -> None:
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "zh-CN"})
    answer = strict.post("/display/", {"view": "elder"})
    assert answer.status_code == 403
    assert "theme.css" in answer.content.decode()
