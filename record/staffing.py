"""The way into the desk: signed in, with a role of the right kind in force.

`for_staff` guards a view and hands it the `Staff` who asks. What a page shows lies within
`staff.scopes`: the areas and provinces of the roles that opened it. The auditor may look at every
page and change nothing.

A room says what waits for whom in its `desk_queues.py` (`Queue`, `Alarm`, `Job`), and which of
its pages stand in the desk's menu with `register_menu`, in its `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache

from .looking import actor_of, covers, roles_of
from .models import Role
from .operations import Actor
from .second_factor import has_second_factor, lead_to_it

P = ParamSpec("P")

AUDITOR = Role.Kind.AUDITOR.value
#: Every kind of role: for pages that all staff may open.
EVERY_KIND = tuple(Role.Kind.values)
_LOOKING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Staff:
    """Who asks, on which day, and for where: the roles that opened the page, and all of them."""

    user: AbstractBaseUser
    actor: Actor
    day: date
    #: Areas (six digits) and provinces (two) of the roles that opened the page.
    scopes: frozenset[str]
    #: All roles in force, each with its area or province.
    roles: tuple[tuple[str, str], ...]

    def covers(self, area: str) -> bool:
        """Say whether an area lies in the scopes of the page."""
        return covers(self.scopes, area)

    def may(self, kind: str, area: str) -> bool:
        """Say whether a role of this kind is in force for an area, whatever opened the page."""
        return covers(self.scopes_as(kind), area)

    def scopes_as(self, *kinds: str) -> frozenset[str]:
        """Return the areas and provinces of the roles of these kinds."""
        return frozenset(scope for kind, scope in self.roles if kind in kinds)

    def is_any(self, *kinds: str) -> bool:
        """Say whether a role of one of these kinds is in force anywhere."""
        return any(kind in kinds for kind, _ in self.roles)


def for_staff(
    *kinds: str,
    auditor_looks: bool = False,
) -> Callable[
    [Callable[Concatenate[HttpRequest, Staff, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Give a view the staff who asks, with a role of one of these kinds; without kinds, of any.

    Who has no such role does not find the page. The auditor finds every page, and posts to none.
    Who has no second factor is led to set one up. The page is kept in no cache.

    `auditor_looks`: a post that changes nothing and is but a way to look (a search, the purpose of
    a look), which the auditor may make as well.
    """
    opening = frozenset(kinds or EVERY_KIND)

    def guard(
        view: Callable[Concatenate[HttpRequest, Staff, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @never_cache
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            staff = _staff(request, opening, auditor_looks=auditor_looks)
            if not has_second_factor(request):
                return lead_to_it(request)
            return view(request, staff, *args, **kwargs)

        return guarded

    return guard


def _staff(request: HttpRequest, opening: frozenset[str], *, auditor_looks: bool) -> Staff:
    roles = tuple(roles_of(request))
    looks = auditor_looks or request.method in _LOOKING
    opened_by = opening | {AUDITOR} if looks else opening - {AUDITOR}
    scopes = frozenset(scope for kind, scope in roles if kind in opened_by)
    if not scopes:
        if any(kind == AUDITOR for kind, _ in roles):
            raise PermissionDenied("the auditor looks at every page and changes nothing")
        raise Http404("no role opens this page")
    assert isinstance(request.user, AbstractBaseUser), "login_required lets users through alone"
    staff = Staff(
        user=request.user,
        actor=actor_of(request),
        day=timezone.localdate(),
        scopes=scopes,
        roles=roles,
    )
    request.staff = staff  # type: ignore[attr-defined]
    return staff


# --- what waits -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Queue:
    """Cases that wait for who asks: how many, since when the oldest, how many are past their clock.

    An empty queue is given too, with a count of 0: that nothing waits is worth knowing.
    """

    title: str
    url: str
    count: int
    oldest: date | datetime | None = None
    late: int = 0


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that needs a look although it is nobody's case. `is_grave`: it cannot wait."""

    text: str
    url: str = ""
    is_grave: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A batch at work or standing still: how far it is."""

    title: str
    url: str
    done: int
    expected: int
    state: str
    is_stuck: bool = False


# --- the menu ---------------------------------------------------------------------------------


class Group(StrEnum):
    """Where an entry of the menu stands: by itself in the bar, or folded under a word."""

    BAR = "bar"
    CASES = "cases"
    MONEY = "money"
    RULES = "rules"
    WATCH = "watch"
    KEEPING = "keeping"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the desk's menu, for staff with one of these roles (none: for all) and auditors.

    `order`: entries of a group stand by it, then by their title. `under`: other views whose pages
    belong to the entry (`runs:desk_run`), so that it is marked while one of them is open.
    """

    title: Any
    view: str
    kinds: tuple[str, ...] = ()
    group: Group = Group.CASES
    order: int = 50
    under: tuple[str, ...] = ()

    def is_for(self, staff: Staff) -> bool:
        """Say whether the entry is in somebody's menu."""
        return not self.kinds or staff.is_any(*self.kinds, AUDITOR)


_MENU: dict[str, Entry] = {}


def register_menu(*entries: Entry) -> None:
    """Put pages into the desk's menu, each view once."""
    for entry in entries:
        _MENU[entry.view] = entry


def menu_for(staff: Staff) -> list[Entry]:
    """Return the entries for somebody, in their order."""
    found: Iterable[Entry] = (entry for entry in _MENU.values() if entry.is_for(staff))
    return sorted(found, key=lambda entry: (list(Group).index(entry.group), entry.order))
