"""The calculator's answer as the page draws it: columns, bars, a table, and the sentences."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, pgettext

from claims.engine.facts import ZERO
from claims.reasons import REASONS
from families.words import area_name
from policy.book import Book
from policy.saying import percent
from portal.calculating import Answer, AtLevel
from portal.pictures import spans

#: Below these shares (percent of the bar's height) two lines of words, or one, do not fit in.
_LOW, _LOWEST = Decimal(24), Decimal(11)


def page_of(answer: Answer, *, book: Book) -> dict[str, Any]:
    """Return what `portal/calculator.html` shows of an answer."""
    question = answer.question
    cheapest = min(at.own for at in answer.levels)
    return {
        "result_title": gettext("A bill of %(bill)s yuan in %(area)s")
        % {"bill": f"{question.bill:,.2f}", "area": area_name(book, question.area)},
        "who": gettext("retired") if question.retired else gettext("working"),
        "levels": [
            {
                "level": at.level,
                "name": level_name(at.level),
                "own": at.own,
                "parts": _bar(at),
                "ratio": _ratio(at),
                "is_cheapest": answer.saving > 0 and at.own == cheapest,
                "steps": at.explanation.steps,
            }
            for at in answer.levels
        ],
        "rows": _rows(answer),
        "sentence": _sentence(answer),
        "reason_words": [str(REASONS[reason.code]) for reason in answer.levels[0].decision.reasons],
        "relatives_elsewhere": bool(question.relatives) and question.place != "home",
    }


def level_name(level: int) -> str:
    """Return what people call institutions of a level."""
    return {
        1: gettext("Level 1 or none"),
        2: gettext("Level 2"),
        3: gettext("Level 3"),
    }[level]


def _ratio(at: AtLevel) -> str:
    ratio = at.figure("ratio", "ratio")
    return percent(Decimal(ratio)) if ratio else ""


def _bar(at: AtLevel) -> list[dict[str, Any]]:
    """Return the parts of a bar from top to bottom: cash, relatives, the account, the fund."""
    amounts = [
        ("cash", gettext("cash"), at.cash),
        ("kin", pgettext("who pays, a short word in a bar", "relatives"), at.relatives),
        ("self", pgettext("who pays, a short word in a bar", "account"), at.account),
        ("fund", pgettext("who pays, a short word in a bar", "fund"), at.decision.pool),
    ]
    laid = spans([amount for _, _, amount in amounts])
    return [
        {
            "kind": kind,
            "label": label,
            "amount": amount,
            "top": span.start,
            "height": span.width,
            "lines": 2 if span.width >= _LOW else 1 if span.width >= _LOWEST else 0,
        }
        for (kind, label, amount), span in zip(amounts, laid, strict=True)
        if amount
    ]


def _sentence(answer: Answer) -> str:
    if answer.saving == ZERO:
        return gettext("It costs you the same at every level.")
    return gettext(
        "The same bill costs you %(saving)s yuan less at %(cheap)s than at %(dear)s."
    ) % {
        "saving": f"{answer.saving:,.2f}",
        "cheap": level_name(answer.cheapest),
        "dear": level_name(answer.dearest),
    }


def _rows(answer: Answer) -> list[dict[str, Any]]:
    """Return the table below the bars; a row that says nothing is left out."""

    def figure(step: str, name: str) -> Callable[[AtLevel], str | None]:
        return lambda at: _yuan(at.figure(step, name))

    rows: list[tuple[str, str, Callable[[AtLevel], str | None]]] = [
        (
            "out",
            gettext("Does not count: outside the catalogue"),
            lambda at: _some(at.decision.out_of_policy),
        ),
        (
            "remote",
            gettext("Yours first, away without registration"),
            figure("remote_self_pay", "remote_self_pay"),
        ),
        ("threshold", gettext("Deductible of the year"), figure("deductible", "threshold")),
        ("left", gettext("Still open before this bill"), figure("deductible", "left_before")),
        (
            "deductible",
            gettext("Of this bill up to it"),
            figure("deductible", "deductible"),
        ),
        ("ratio", gettext("Of the rest the fund pays"), _ratio),
        ("cap", gettext("Left of the year's limit"), figure("cap", "left_before")),
        ("fund", gettext("The pooled fund pays"), lambda at: _yuan(str(at.decision.pool))),
        ("self", gettext("My account pays"), lambda at: _yuan(str(at.account))),
        ("kin", gettext("Relatives' accounts pay"), lambda at: _some(at.relatives)),
        ("cash", gettext("In cash"), lambda at: _yuan(str(at.cash))),
    ]
    shown = []
    for name, label, value in rows:
        cells = [{"name": level_name(at.level), "text": value(at) or "—"} for at in answer.levels]
        if any(cell["text"] != "—" for cell in cells):
            shown.append({"key": name if name in _KINDS else "", "label": label, "cells": cells})
    return shown


_KINDS = frozenset({"fund", "self", "kin", "cash"})


def _yuan(text: str | None) -> str | None:
    return None if text is None else f"{Decimal(text):,.2f}"


def _some(amount: Decimal) -> str | None:
    return _yuan(str(amount)) if amount else None
