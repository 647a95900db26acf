"""Every refusal of the law has words in both languages; every clause can be cited."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from policy.book import load_book
from policy.citing import chinese_number, cite, place_of
from policy.refusals import CLAUSES, refusal
from policy.words import REFUSALS, words_for

CHINESE = re.compile(r"[一-鿿]")


@pytest.mark.parametrize("code", sorted(CLAUSES))
def test_every_refusal_says_in_both_languages_what_is_wrong_and_what_to_do(code: str) -> None:
    words = words_for(refusal(code))
    for text in (words.what, words.todo):
        with override("en"):
            assert str(text).endswith(".")
            assert not CHINESE.search(str(text))
        with override("zh-hans"):
            assert CHINESE.search(str(text)), text


def test_no_words_are_kept_for_a_refusal_that_is_gone() -> None:
    assert set(REFUSALS) == set(CLAUSES)


@pytest.mark.parametrize(
    ("clause", "chinese", "english"),
    [
        ("SZ-8a", "第八条", "article 8"),
        ("SZ-14.2", "第十四条（二）", "article 14.2"),
        ("SZ-27.4", "第二十七条（四）", "article 27.4"),
        ("YZ-11b1", "第十一问", "question 11"),
        ("YT-2.1.1b", "第二部分（一）第 1 点", "section 2.1.1"),
        ("AH49-1.3a", "第一部分（三）", "section 1.3"),
        ("AH49-0", "前言", "preamble"),
        ("RULES-6.3", "第 6.3 节", "section 6.3"),
        ("", "", ""),
        ("PBC-rates", "", ""),
    ],
)
def test_a_clause_is_cited_by_its_place(clause: str, chinese: str, english: str) -> None:
    assert place_of(clause, chinese=True) == chinese
    assert place_of(clause, chinese=False) == english


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (10, "十"), (14, "十四"), (20, "二十"), (27, "二十七")]
)
def test_numbers_are_written_as_documents_count(number: int, text: str) -> None:
    assert chinese_number(number) == text


def test_a_source_is_cited_by_its_document_s_number_or_else_by_its_title() -> None:
    book = load_book()
    stated = {"document": "SZ", "number": "随政办发〔2022〕26号", "clause": "SZ-8a"}
    assert cite(stated, book.documents, chinese=True) == "随政办发〔2022〕26号 第八条"
    own = {"document": "RULES", "number": "", "clause": "RULES-6.3"}
    assert cite(own, book.documents, chinese=True) == "本系统计算规则 第 6.3 节"
    entered = {"document": "关于门诊待遇的通知", "number": "", "clause": ""}
    assert cite(entered, book.documents, chinese=True) == "关于门诊待遇的通知"
