"""Rows of Django's admin: which roles read which list, and what of it they can change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.db import models

from claims.models import Machine
from members.models import User
from record.looking import LookOnlyAdmin
from record.models import Change, Role
from tests.permissions.table import Answers, Got, Row, everybody
from tests.permissions.world import OUTSIDE, ROLES, STAFF, World

FRONT, INDEX = "/admin/login/", "/admin/"

EVERY = (*STAFF, "superuser")
KEEPERS = ("auditor", "administrator", "superuser")
OFFICERS = ("officer", "other_officer")
CLEARING = (
    "clearing.case", "clearing.clearingstatement", "clearing.dayfile",
    "clearing.institutionstatement", "clearing.payment", "clearing.paymentfile",
    "clearing.casetask", "clearing.clearingcheck", "clearing.dayrow",
    "clearing.institutionaccount", "clearing.paymentline", "clearing.paymentreturn",
)  # fmt: skip
WATCHERS = ("officer", "other_officer", "reviewer", *KEEPERS)
#: Who reads what: only these lists are not for all staff.
READERS = {
    "claims.claim": ("officer", "other_officer", "reviewer", *KEEPERS),
    "claims.request": ("officer", "other_officer", "reviewer", *KEEPERS),
    "members.linkcode": KEEPERS,
    "members.user": KEEPERS,
    "record.auditrecord": KEEPERS,
    "record.auditseal": KEEPERS,
    "record.role": KEEPERS,
    "record.message": KEEPERS,
    "record.document": KEEPERS,
    "claims.machine": KEEPERS,
    "claims.machinekey": KEEPERS,
    "claims.lookupbudget": KEEPERS,
    "claims.quote": KEEPERS,
    "members.ticketentry": KEEPERS,
    "record.copywish": KEEPERS,
    "oversight.watchhit": WATCHERS,
    "oversight.watchconclusion": WATCHERS,
    "families.bindingcheck": WATCHERS,
    "families.checkdraw": WATCHERS,
    **dict.fromkeys(CLEARING, ("reviewer", "finance", *KEEPERS)),
}
#: Who adds or changes by hand.
EDITORS = {
    "claims.institution": OFFICERS,
    "claims.institutionterm": OFFICERS,
}
ADDERS = {
    **EDITORS,
    "families.notice": ("policy",),
    "members.user": ("administrator", "superuser"),
}
CHANGERS = {
    **EDITORS,
    "members.user": ("administrator", "superuser"),
}
PROVINCE = ("policy", "auditor", "administrator", "superuser")
#: Their row in the story lies elsewhere: in the provincial-direct scheme, in Wuhu, or in both.
ELSEWHERE = {
    "accounts.bankfile": ("superuser",),
    "accounts.bankorder": ("superuser",),
    "families.payout": ("other_officer", *PROVINCE),
    "families.recoveryitem": ("other_officer", *PROVINCE),
    "families.move": EVERY,
}
#: They belong to no area: every reader opens every row.
OF_NO_AREA = {
    "claims.institution", "claims.institutionterm", "claims.institutiontermevent",
    "families.notice", "policy.figure", "record.importfile", "record.auditseal", "record.message",
    "members.linkcode", "members.user", "accounts.closedperiod", "oversight.figuresmonth",
}  # fmt: skip
#: The story has no row of them.
NO_ROW = {"record.copywish", "record.importundo", "record.document", *CLEARING}
#: Only their own user opens them.
OWN = {"record.rolldraft"}
#: Asked about every model; of what is the same code for all, the first model tells for everybody.
SOME = ("anonymous", "member", "officer", "other_officer", "policy", "auditor", "administrator")
FEW = ("anonymous", "officer", "superuser")
ITS_PEOPLE = ("officer", "reviewer", "finance", "policy", "auditor", "administrator", "superuser")


def inside(got: Got) -> Answers:
    """For all staff; the others are led to the sign-in."""
    return {**everybody(FRONT), **dict.fromkeys(EVERY, got)}


def for_roles(roles: tuple[str, ...], got: Got, otherwise: Got = 403) -> Answers:
    """For these roles; other staff are forbidden it."""
    return {**inside(otherwise), **dict.fromkeys(roles, got)}


def row_of(model: type[models.Model]) -> Callable[[World], list[Any]]:
    """Return how a row is found that lies in Hefei and not in Wuhu."""

    def args(world: World) -> list[Any]:
        page: Any = admin.site._registry[model]
        rows = model._default_manager.order_by("pk")
        if not hasattr(page, "in_scope") or model._meta.label_lower in OF_NO_AREA | OWN | set(
            ELSEWHERE
        ):
            row = rows.first()
        else:
            elsewhere = page.in_scope(model._default_manager.all(), frozenset({"340200"}))
            there = page.in_scope(model._default_manager.all(), frozenset({"340100"}))
            row = there.exclude(pk__in=elsewhere.values("pk")).order_by("pk").first()
        return [row.pk if row is not None else 0]

    return args


def rows_of(model: type[models.Model]) -> dict[str, Row]:
    label = model._meta.label_lower
    name = label.replace(".", "_")
    readers = READERS.get(label, EVERY)
    args = row_of(model)
    rows = {
        "changelist": Row(get=for_roles(readers, 200), post=for_roles(readers, 200)),
        "change": Row(get=_looks(label, readers), post=_writes(label), args=args),
        "add": Row(
            get=for_roles(ADDERS.get(label, ()), 200), post=for_roles(ADDERS.get(label, ()), 200)
        ),
        "delete": Row(get=inside(403), post=inside(403), args=args),
        "history": Row(
            get=inside("/admin/record/auditrecord/"),
            post=inside("/admin/record/auditrecord/"),
            args=args,
        ),
        "search": Row(
            get=inside(f"/admin/{label.replace('.', '/')}/"),
            post=inside(f"/admin/{label.replace('.', '/')}/"),
        ),
    }
    rows["export"] = Row(get=for_roles(readers, 200), post=inside(405), args=lambda world: ["csv"])
    if not isinstance(admin.site._registry[model], LookOnlyAdmin):
        # A package's own page, for superusers alone.
        del rows["search"], rows["export"]
        rows["change"] = rows["delete"] = Row(
            get=for_roles(readers, INDEX), post=for_roles(readers, INDEX), args=args
        )
        rows["history"] = Row(get=inside(INDEX), post=inside(INDEX), args=args)
    if label != "members.person":
        for page, row in rows.items():
            who = ROLES if page in {"changelist", "change", "add"} else FEW
            rows[page] = replace(row, roles=who, post_roles=SOME if who is ROLES else FEW)
    found = {f"admin:{name}_{page}": row for page, row in rows.items()}
    pattern = f"admin/{label.replace('.', '/')}/<path:object_id>/"
    found[pattern] = Row(
        get=inside(f"/admin/{label.replace('.', '/')}/0/change/"),
        post=inside(f"/admin/{label.replace('.', '/')}/0/change/"),
        args=lambda world: [pattern.replace("<path:object_id>", "0")],
        roles=FEW,
        post_roles=FEW,
    )
    return found


def _looks(label: str, readers: tuple[str, ...]) -> Answers:
    if label in OWN:
        return {**for_roles(readers, INDEX), "superuser": 200}
    if label in NO_ROW:
        return for_roles(readers, INDEX)
    where = readers if label in OF_NO_AREA else ELSEWHERE.get(label, ITS_PEOPLE)
    people = tuple(role for role in readers if role in where)
    return {**for_roles(readers, INDEX), **dict.fromkeys(people, 200)}


def _writes(label: str) -> Answers:
    changers = CHANGERS.get(label, ())
    answers = dict(for_roles(changers, 200))
    if label == "claims.institutionterm":
        answers["officer"] = "/admin/claims/institutionterm/"
    return answers


FRONT_DOOR: Answers = {
    role: "/login/login/" if role in (*EVERY, *OUTSIDE) else 403 for role in ROLES
}


MACHINE = row_of(Machine)


def machines(get: Got, post: Got, *, args: Callable[[World], list[Any]] = MACHINE) -> Row:
    """The sign-ins of institutions' machines: an administrator's work. 405: a button alone."""
    shown = inside(405) if get == 405 else for_roles(("administrator",), get, 404)
    return Row(get=shown, post=for_roles(("administrator",), post, 404), args=args)


def change(world: World) -> list[Any]:
    return row_of(Change)(world)


def role(world: World) -> list[Any]:
    return row_of(Role)(world)


PAGES = {
    "admin:index": Row(get=inside(200), post=inside(200)),
    "admin:login": Row(get=FRONT_DOOR, post=FRONT_DOOR),
    "admin:logout": Row(
        get={**everybody(INDEX), **dict.fromkeys(EVERY, 405)},
        post={**everybody(INDEX), **dict.fromkeys(EVERY, "/")},
    ),
    "admin:password_change": Row(get=inside(200), post=inside(200)),
    "admin:password_change_done": Row(get=inside(200), post=inside(405)),
    "admin:autocomplete": Row(get=inside(403), post=inside(405)),
    "admin:jsi18n": Row(get=inside(200), post=inside(405)),
    "admin:view_on_site": Row(get=inside(404), post=inside(404), args=lambda world: [0, 0]),
    "admin:app_list": Row(get=inside(200), post=inside(200), args=lambda world: ["members"]),
    "admin/(?P<url>.*)$": Row(
        get=inside(404), post=inside(404), args=lambda world: ["admin/nothing-here"]
    ),
    "admin:auth_user_password_change": Row(
        get=for_roles(("administrator", "superuser"), 200),
        post=for_roles(("administrator", "superuser"), 200),
        args=row_of(User),
    ),
    "admin:claims_machine_open": machines(200, 400, args=lambda world: []),
    "admin:claims_machine_limit": machines(200, 400),
    "admin:claims_machine_give_key": machines(405, 200),
    "admin:claims_machine_end_key": Row(
        get=inside(405), post=inside(404), args=lambda world: [*row_of(Machine)(world), 2]
    ),
    "admin:claims_machine_close": machines(405, "/admin/claims/machine/1/change/"),
    "admin:policy_figure_propose": Row(
        get=for_roles(("policy",), 200), post=for_roles(("policy",), 400)
    ),
    "admin:record_role_propose": Row(
        get=for_roles(("administrator",), 200), post=for_roles(("administrator",), 400)
    ),
    # The operation says who may; here a note is lacking.
    "admin:record_change_decide": Row(
        get=inside(405),
        post={**inside("/admin/record/change/1/change/"), "other_officer": "/admin/record/change/"},
        args=change,
    ),
    "admin:record_role_end": Row(
        get=inside(405), post=inside("/admin/record/role/1/change/"), args=role
    ),
}

ROWS: dict[str, Row] = {**PAGES}
for _model in admin.site._registry:
    ROWS |= rows_of(_model)
