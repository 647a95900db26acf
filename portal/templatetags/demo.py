"""What only the demonstration shows."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import url_str_to_user_pk
from django import template

from portal.demo.second_factor import code_for, is_on_this_machine

register = template.Library()


@register.simple_tag(takes_context=True)
def demo_code(context: dict[str, Any]) -> str:
    """The code of a second factor that everybody knows; empty on a real portal."""
    request = context.get("request")
    if request is None or not is_on_this_machine():
        return ""
    signing_in = request.session.get("account_login") or {}
    written = signing_in.get("user_pk")
    user_id = url_str_to_user_pk(written) if written else request.user.pk
    return code_for(int(user_id)) if user_id else ""
