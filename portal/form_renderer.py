"""How forms draw their controls: as Django does, but for lists to choose from.

Django draws each word of a `<select>` with two templates of its own, and a list of the areas costs
more than the rest of the page.
"""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_OPTION = '<option value="{}"{}>{}</option>'


class Renderer(DjangoTemplates):
    """Django's own templates, without the one of `<select>`."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        """Draw a form, a field or a control."""
        if template_name == "django/forms/widgets/select.html":
            return _select(context["widget"])
        return super().render(template_name, context, request)


def _select(widget: dict[str, Any]) -> SafeString:
    groups = format_html_join(
        "", "{}", ((_group(name, options),) for name, options, _ in widget["optgroups"])
    )
    name, attributes = widget["name"], flatatt(widget["attrs"])
    return format_html('<select name="{}"{}>{}</select>', name, attributes, groups)


def _group(name: str | None, options: list[dict[str, Any]]) -> SafeString:
    drawn = format_html_join(
        "", _OPTION, ((str(one["value"]), flatatt(one["attrs"]), one["label"]) for one in options)
    )
    return format_html('<optgroup label="{}">{}</optgroup>', name, drawn) if name else drawn
