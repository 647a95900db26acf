"""`{% panel %}…{% endpanel %}`: one panel, one matter."""

from __future__ import annotations

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_block_tag
def panel(
    content: SafeString,
    title: str = "",
    *,
    id: str,  # noqa: A002 - it is the attribute of that name
    kind: str = "",
    aside: str = "",
    link_url: str = "",
    link_text: str = "",
    hide_title: bool = False,
) -> str:
    """A section with its heading; see components/panel.html for each argument."""
    return render_to_string(
        "components/panel.html",
        {
            "content": content,
            "title": title,
            "id": id,
            "kind": kind,
            "aside": aside,
            "link_url": link_url,
            "link_text": link_text,
            "hide_title": hide_title,
        },
    )
