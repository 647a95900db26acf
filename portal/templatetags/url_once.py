"""Django's `{% url %}`, whose addresses without arguments are put together once."""

from __future__ import annotations

from django import template
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as djangos
from django.urls import get_script_prefix

register = template.Library()


class AddressOnce(Node):
    """`{% url "portal:home" %}`."""

    def __init__(self, node: URLNode) -> None:
        self._node = node
        self._name = node.asvar
        self._addresses: dict[str, str] = {}

    def render(self, context: Context) -> str:
        """Return the address, or keep it under its name."""
        prefix = get_script_prefix()
        address = self._addresses.get(prefix)
        if address is None:
            address = self._node.render(context)
            if self._name is not None:
                address = context[self._name]
            self._addresses[prefix] = address
        if self._name is None:
            return address
        context[self._name] = address
        return ""


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """Read the tag; an address with arguments is put together each time, as ever."""
    node: URLNode = djangos(parser, token)
    is_constant = isinstance(node.view_name.var, str) and not node.view_name.filters
    has_more = bool(node.args or node.kwargs)
    return AddressOnce(node) if is_constant and not has_more else node
