"""What only the demonstration shows."""

from __future__ import annotations

from typing import Any

from django import template

from portal.demo.second_factor import code_for

register = template.Library()


@register.simple_tag(takes_context=True)
def demo_code(context: dict[str, Any]) -> str:
    """The code of a second factor that everybody knows; empty on a real portal."""
    request = context.get("request")
    if request is None:
        return ""
    signing_in = request.session.get("account_login") or {}
    user_id = signing_in.get("user_pk") or request.user.pk
    return code_for(int(user_id)) if user_id else ""
