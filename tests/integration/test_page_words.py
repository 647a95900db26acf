"""What stands on every page: one language at a time, and clear words for a form sent empty."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from claims.models import Institution
from tests.addresses import Form, forms_of, read_pages_of
from tests.household import Household, signed_in, standing

pytestmark = pytest.mark.django_db

CHINESE = re.compile(r"[一-鿿]+")
ENGLISH = re.compile(r"[A-Za-z][A-Za-z'’]{2,}")
#: Words that are the same in both languages: formats, the switch of the language, a way to type.
THE_SAME = {"English", "PDF", "JSON", "CSV", "jpg", "hefei"}
#: What a document or a thing of the test family is called.
CALLED = ("示例", "居住证", "黄山第一医院", "检查", "药", "自费项目", "简体中文", "中文")
NUMBER_OF_A_DOCUMENT = re.compile(r"[一-鿿]+〔\d+〕\d+号")
#: What is not said in any page's language: the code of the page, and what is marked as another's.
MARKUP = re.compile(
    r"<(script|style)\b.*?</\1>|<(?!html)(\w+)\b[^>]* lang=\"[^\"]+\"[^>]*>.*?</\2>", re.DOTALL
)
SPOKEN = re.compile(r'(?:aria-label|alt|title|placeholder|data-label)="([^"]*)"')
READERS = ("mei", "")


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return copy.deepcopy(made)


def client_of(home: Household, reader: str, language: str) -> Client:
    client = signed_in(home.users[reader]) if reader else Client()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    return client


def words_of(page: str) -> str:
    """Return what a page shows and what a screen reader says of it."""
    page = MARKUP.sub(" ", page)
    return unescape(" ".join([re.sub(r"<[^>]+>", " ", page), *SPOKEN.findall(page)]))


@pytest.mark.parametrize("reader", READERS)
def test_an_english_page_has_no_chinese_but_names(home: Household, reader: str) -> None:
    names = {name for person in home.persons.values() for name in (person.name, person.name[0])}
    names |= set(Institution.objects.values_list("name", flat=True)) | set(CALLED)
    names |= {"起付线是怎么算的？"}
    left = {}
    for url, page in read_pages_of(client_of(home, reader, "en")):
        text = NUMBER_OF_A_DOCUMENT.sub("", words_of(page))
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "")
        if found := set(CHINESE.findall(text)):
            left[url] = found
    assert left == {}


@pytest.mark.parametrize("reader", ["mei", "nobody", ""])
def test_a_chinese_page_has_no_english_word_and_says_what_an_empty_form_misses(
    home: Household, reader: str
) -> None:
    client = client_of(home, reader, "zh-CN")
    left, silent = {}, {}
    forms: dict[tuple[str, ...], Form] = {}
    for url, page in read_pages_of(client):
        if found := set(ENGLISH.findall(words_of(page))) - THE_SAME - {reader}:
            left[url] = found
        forms |= {(form.action, *form.sent): form for form in forms_of(url, page) if form.asks}
    assert left == {}
    assert len(forms) >= 4, sorted(forms)
    for form in forms.values():
        # One after the other in a transaction that is taken back.
        kept = transaction.savepoint()
        answer = client.post(form.action, form.sent)
        transaction.savepoint_rollback(kept)
        page = answer.content.decode()
        title = re.search(r"<title>\s*(.*?)\s*</title>", page, re.DOTALL)
        says = 'class="errsum"' in page and title is not None and title[1].startswith("请改正：")
        if answer.status_code != 400 or not says:
            silent[form.action] = (answer.status_code, title and title[1])
    assert silent == {}
