"""A clause as people cite it: 随政办发〔2022〕26号 第八条, from the id `SZ-8a` that the files use.

Pure. Sources are taken in the form in which decisions store them (`Source.as_json`), so that an
old decision is cited as it was made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from policy.values import Document, Source

_DIGITS = "零一二三四五六七八九"
_SHAPE = re.compile(r"(?P<document>[A-Z]+\d*)-(?P<place>\d+(?:\.\d+)*)[a-z]?\d*")
#: How a document counts its parts: articles, questions, or nested sections.
_ARTICLES, _QUESTIONS, _OWN = {"SZ"}, {"YZ"}, {"RULES"}


def chinese_number(number: int) -> str:
    """Return 1 to 99 as Chinese documents count: 14 → 十四."""
    tens, ones = divmod(number, 10)
    text = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return text + (_DIGITS[ones] if ones or not tens else "")


def place_of(clause: str, *, chinese: bool) -> str:
    """Return where a clause stands in its document, or "" where that cannot be said."""
    found = _SHAPE.fullmatch(clause)
    if found is None:
        return ""
    document, place = found["document"], found["place"]
    if place == "0":
        return "前言" if chinese else "preamble"
    if chinese:
        return _chinese_place(document, place)
    word = "article" if document in _ARTICLES else "question" if document in _QUESTIONS else ""
    return f"{word or 'section'} {place}"


def _chinese_place(document: str, place: str) -> str:
    first, *rest = (int(part) for part in place.split("."))
    number = chinese_number(first)
    if document in _OWN:
        return f"第 {place} 节"
    if document in _ARTICLES:
        return f"第{number}条" + "".join(f"（{chinese_number(n)}）" for n in rest)
    if document in _QUESTIONS:
        return f"第{number}问" + "".join(f"第 {n} 点" for n in rest)
    section = f"（{chinese_number(rest[0])}）" if rest else ""
    return f"第{number}部分{section}" + "".join(f"第 {n} 点" for n in rest[1:])


def cite(
    source: Source | Mapping[str, Any], documents: Mapping[str, Document], *, chinese: bool
) -> str:
    """Return a source as a citation: the document's number (else its title), then the place."""
    stored = source.as_json() if isinstance(source, Source) else source
    document = documents.get(str(stored["document"]))
    title = str(stored["document"])
    if document is not None:
        title = document.title if chinese else document.title_en
    name = str(stored["number"] or "") or title
    place = place_of(str(stored["clause"] or ""), chinese=chinese)
    return f"{name} {place}".strip()


def note_of(source: Source | Mapping[str, Any], *, chinese: bool) -> str:
    """Return what a source's note says in the reader's language, or ""."""
    stored = source.as_json() if isinstance(source, Source) else source
    return str((stored["note_zh"] if chinese else stored["note"]) or "")
