"""The device behind a browser's own name for itself, in words that its owner recognises."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext, gettext_lazy

register = template.Library()

# The first mark that occurs decides; browsers copy the names of older ones, so order matters.
_BROWSERS = (
    ("MicroMessenger", gettext_lazy("WeChat")),
    ("AlipayClient", gettext_lazy("Alipay")),
    ("Edg", "Edge"),
    ("HuaweiBrowser", gettext_lazy("Huawei browser")),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", gettext_lazy("HarmonyOS phone")),
    ("Android", gettext_lazy("Android phone")),
    ("Windows", gettext_lazy("Windows computer")),
    ("Mac OS", gettext_lazy("Mac")),
    ("Linux", gettext_lazy("Linux computer")),
)


@register.filter
def device(user_agent: str | None) -> str:
    """`微信，安卓手机`; what is not known is called an unknown browser or device."""
    text = user_agent or ""
    browser = next((name for mark, name in _BROWSERS if mark in text), gettext("Unknown browser"))
    machine = next((name for mark, name in _MACHINES if mark in text), gettext("unknown device"))
    # Translators: a browser and the machine that it runs on.
    return gettext("%(browser)s, %(machine)s") % {"browser": browser, "machine": machine}
