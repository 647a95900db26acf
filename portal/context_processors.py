"""What every page knows: how the visitor wants it shown, whom to call, and the five tabs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy

from members.models import User
from portal.display import read
from record.mailbox import unread_count


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One of the five places a member goes to.

    `rooms` are the URL namespaces whose pages belong to the tab; a page of no listed room
    (passwords, devices, display) belongs to the last tab.
    """

    label: Promise
    icon: str
    url_name: str
    rooms: tuple[str, ...] = ()


TABS = (
    Tab(label=gettext_lazy("Home"), icon="house", url_name="portal:home"),
    Tab(
        label=gettext_lazy("Account"),
        icon="wallet",
        url_name="accounts:movements",
        rooms=("accounts",),
    ),
    Tab(
        label=gettext_lazy("Family"),
        icon="people",
        url_name="families:family",
        rooms=("families",),
    ),
    Tab(label=gettext_lazy("Visits"), icon="hospital", url_name="claims:list", rooms=("claims",)),
    Tab(label=gettext_lazy("Me"), icon="person", url_name="portal:me"),
)


def portal(request: HttpRequest) -> dict[str, object]:
    """`display`, `hotline`, `hotline_hours`, `tabs`, `here` and `unread` for every template."""
    match = request.resolver_match
    tabs, here = _tabs(match.view_name, match.app_name or "") if match else _tabs("", "")
    return {
        "display": read(request.COOKIES, request.headers),
        "hotline": settings.HOTLINE,
        "hotline_hours": settings.HOTLINE_HOURS,
        "tabs": tabs,
        "here": here,
        "unread": _unread(request),
    }


def _unread(request: HttpRequest) -> SimpleLazyObject[int] | int:
    """How many messages wait to be read, asked for when a page shows it."""
    # A request that is refused at the door, for a strange host, has nobody yet.
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return 0
    known = getattr(request, "unread", None)
    return SimpleLazyObject(lambda: unread_count(user)) if known is None else known


@lru_cache(maxsize=1000)
def _tabs(view_name: str, room: str) -> tuple[list[dict[str, object]], str]:
    """The tabs whose pages are installed with the present one marked, and in one word which it is.

    `view_name`: empty where the address leads nowhere.
    """
    shown: list[dict[str, object]] = []
    for tab in TABS:
        try:
            url = reverse(tab.url_name)
        except NoReverseMatch:
            continue
        is_here = view_name == tab.url_name
        # "page" is this very page, "true" one that belongs to the tab.
        current = "page" if is_here else "true" if room and room in tab.rooms else ""
        shown.append(
            {
                "label": tab.label,
                "icon": tab.icon,
                "icon_current": f"{tab.icon}-fill",
                "url": url,
                "current": current,
            }
        )
    if shown and view_name not in ("", "portal:start") and not any(t["current"] for t in shown):
        shown[-1]["current"] = "true"
    return shown, " ".join(f"{tab['url']}:{tab['current']}" for tab in shown if tab["current"])
