"""Django's `{% load i18n %}`, whose constant words are looked up once for each language.

A page has fifty of them, and Django asks the catalogue for each, each time.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.templatetags import i18n
from django.utils.translation import get_language

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class SaidOnce(Node):
    """`{% translate %}` of constant words."""

    def __init__(self, node: i18n.TranslateNode) -> None:
        self._node = node
        self._name, node.asvar = node.asvar, None
        self._said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        """Return the words in the present language, or keep them under their name."""
        language = get_language()
        said = self._said.get(language)
        if said is None:
            said = self._said[language] = self._node.render(context)
        if self._name is None:
            return said
        context[self._name] = said
        return ""


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Node:
    """Read the tag; words that a variable holds are looked up each time, as ever."""
    node: i18n.TranslateNode = i18n.do_translate(parser, token)
    words: Any = node.filter_expression
    about = node.message_context
    is_constant = words.var.literal is not None and not words.filters
    is_about_constant = about is None or isinstance(about.var, str)
    return SaidOnce(node) if is_constant and is_about_constant else node
