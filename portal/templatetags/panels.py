"""`{% panel %}…{% endpanel %}`: one panel, one matter."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
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
) -> SafeString:
    """A section with its heading (h2), which gets the panel's id with "-h" after it.

    `id`: unique on the page. `kind`: "", "note" (something to do, or an announcement) or "plain"
    (no surface). `aside`: a few quiet words on the heading's line; `link_url`, `link_text`: the one
    link there. `hide_title`: the heading is for screen readers alone.
    """
    if hide_title:
        head = format_html('<h2 id="{}-h" class="visually-hidden">{}</h2>', id, title)
    else:
        head = format_html(
            '<div class="panel__head"><h2 id="{}-h">{}</h2>{}{}</div>',
            id,
            title,
            format_html('<span class="quiet">{}</span>', aside) if aside else "",
            format_html('<a href="{}">{}</a>', link_url, link_text) if link_url else "",
        )
    return format_html(
        '<section class="panel{}" id="{}" aria-labelledby="{}-h">{}{}</section>',
        f" panel--{kind}" if kind else "",
        id,
        id,
        head,
        content,
    )
