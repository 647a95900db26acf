"""The hotline for templates that are drawn without a request: the page of a server's failure."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def hotline_number() -> str:
    """The number to call."""
    return settings.HOTLINE
