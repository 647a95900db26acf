"""The desk's bar: the menu for who asks, and where they may act."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from policy.book import load_book
from record.change_words import title_of
from record.changes import SYSTEM_USERNAME
from record.models import Role
from record.operations import name_of
from record.staffing import Entry, Group, Staff, menu_for

register = template.Library()

_GROUPS = {
    Group.CASES: gettext_lazy("Cases"),
    Group.MONEY: gettext_lazy("Money"),
    Group.RULES: gettext_lazy("Rules and figures"),
    Group.WATCH: gettext_lazy("Watch"),
    Group.KEEPING: gettext_lazy("Administration"),
}
#: So many areas are named; of more, how many there are.
_NAMED = 2


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as the bar shows it. `current`: "page" for this very page, "true" for its kin."""

    title: Any
    url: str
    current: str


@dataclass(frozen=True, slots=True)
class Fold:
    """A word of the bar with entries under it."""

    title: Any
    items: list[Item]
    is_here: bool


@register.inclusion_tag("desk/menu.html", takes_context=True)
def desk_menu(context: dict[str, Any], *, shape: str) -> dict[str, Any]:
    """The menu, as a bar (`shape="bar"`) or as the list that a phone unfolds (`"list"`)."""
    request: HttpRequest = context["request"]
    staff: Staff | None = getattr(request, "staff", None)
    by_group: dict[Group, list[Item]] = {}
    for entry in menu_for(staff) if staff else []:
        item = _item(entry, request)
        if item is not None:
            by_group.setdefault(entry.group, []).append(item)
    if staff and request.user.is_authenticated and request.user.is_staff:
        # Of another site, in which the menu is not drawn: so it is never the page one is on.
        records = Item(title=gettext("All records"), url=reverse("admin:index"), current="")
        by_group.setdefault(Group.KEEPING, []).append(records)
    return {
        "shape": shape,
        "bar": by_group.get(Group.BAR, []),
        "folds": [
            Fold(title=title, items=items, is_here=any(item.current for item in items))
            for group, title in _GROUPS.items()
            if (items := by_group.get(group))
        ],
    }


def _item(entry: Entry, request: HttpRequest) -> Item | None:
    try:
        url = reverse(entry.view)
    except NoReverseMatch:
        return None
    here = request.resolver_match.view_name if request.resolver_match else ""
    current = "page" if here == entry.view else "true" if here in entry.under else ""
    return Item(title=entry.title, url=url, current=current)


@register.filter
def area_name(scope: str) -> str:
    """The name of an area, or that a whole province is meant; an unknown code as it is."""
    if len(scope) == 2:
        return gettext("whole province %(code)s") % {"code": scope}
    area = load_book().areas.get(scope)
    if area is None:
        return scope
    return area.name_en if (get_language() or "").startswith("en") else area.name


@register.simple_tag(takes_context=True)
def staff_areas(context: dict[str, Any]) -> str:
    """Where who asks may act, in words: `合肥`, `全省（34）`, `合肥，芜湖，另有 3 个地区`."""
    staff: Staff | None = getattr(context["request"], "staff", None)
    scopes = sorted({scope for _, scope in staff.roles}) if staff else []
    named = [area_name(scope) for scope in scopes[:_NAMED]]
    if len(scopes) > _NAMED:
        more = gettext("%(number)d more") % {"number": len(scopes) - _NAMED}
        named.append(more)
    return gettext(", ").join(named)


@register.simple_tag(takes_context=True)
def staff_roles(context: dict[str, Any]) -> str:
    """The roles of who asks, in words."""
    staff: Staff | None = getattr(context["request"], "staff", None)
    kinds = {kind for kind, _ in staff.roles} if staff else set()
    return gettext(", ").join(str(label) for kind, label in Role.Kind.choices if kind in kinds)


@register.filter
def waited(since: dt.date | dt.datetime) -> str:
    """How long something has waited: `3 天`, `5 小时`."""
    if isinstance(since, dt.datetime):
        hours = int((timezone.now() - since).total_seconds() // 3600)
        if not hours:
            return gettext("less than an hour")
        if hours < 24:
            return ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours}
        days = hours // 24
    else:
        days = (timezone.localdate() - since).days
        if not days:
            return gettext("less than a day")
    return ngettext("%(number)d day", "%(number)d days", days) % {"number": days}


@register.filter
def weekday(day: dt.date) -> str:
    """The day of the week: `星期四`."""
    return str(WEEKDAYS[day.weekday()])


@register.filter
def staff_name(user: Any) -> str:
    """A member of staff as colleagues call them: the name, or the user name without one."""
    if user and user.get_username() == SYSTEM_USERNAME:
        return gettext("the system")
    return name_of(user) if user else ""


@register.filter
def change_title(kind: str) -> str:
    """What a kind of change is called."""
    return title_of(kind)
