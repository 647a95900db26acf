"""`{% kept display hotline %}…{% endkept %}`: drawn once, and then kept.

For what is the same for everybody: the head of a page, its bars, its foot. What stands between the
tags is drawn once for each language and each of the values that are named, and nothing else may it
depend on: no person's data, no token of a form, no address of the present page.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.functional import LazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

#: More than so many drawings of one place are not kept: then it begins again.
MOST = 500


class KeptNode(template.Node):
    """What stands between the tags, by language and values."""

    def __init__(self, nodelist: NodeList, values: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self._values = values
        self._kept: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """Return what was drawn before for these values, or draw it."""
        key = (get_language(), *(_plain(value.resolve(context)) for value in self._values))
        drawn = self._kept.get(key)
        if drawn is None:
            drawn = self.nodelist.render(context)
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = drawn
        return drawn


def _plain(value: Any) -> Any:
    """Return a value that is kept without what it was read from."""
    return str(value) if isinstance(value, LazyObject) else value


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Read the tag: the values that its content depends on."""
    values = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, values)
