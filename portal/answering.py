"""What a question and its answer on the help page are made of."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Link:
    """Where a reader can do what the answer speaks of; `url_name` needs no arguments."""

    url_name: str
    text: Text


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer, a paragraph for each idea; `id` is its place on the page."""

    id: str
    question: Text
    answer: tuple[Text, ...]
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """Questions that belong together."""

    id: str
    title: Text
    questions: tuple[Answered, ...]
