"""The register: hospitals of every level and pharmacies, with dated terms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import count

from django.utils import timezone

from claims.api.machines import NewKey, open_for
from claims.api.models import Machine
from claims.imports.institutions import ROLL
from claims.models import Institution

from .areas import HEFEI, QUOTAS, SUIZHOU
from .numbers import institution_code, phone
from .rolls import take_in
from .world import IMPORT, Registered

_SINCE = date(2020, 1, 1)
#: The large hospital of Hefei, which the sign-ins name.
HOSPITAL = institution_code(kind="hospital", area=HEFEI, place=0)
#: How its system signs in: everybody knows it, as they know the sign-ins' password.
MACHINE_KEY = NewKey(client_id="demo-hospital", secret="demo-province-2022-hospital")  # noqa: S106
_WORDS = ("青禾", "望江", "云溪", "松涛", "安澜", "明湖", "竹里", "杏林桥", "南塘", "春和")
#: What an area gets, in this order, as far as its number of institutions goes.
_PATTERN: tuple[tuple[str, int, str], ...] = (
    ("hospital", 3, "市医院"),
    ("pharmacy", 0, "大药房"),
    ("hospital", 1, "社区卫生服务中心"),
    ("hospital", 2, "区医院"),
    ("pharmacy", 0, "药店"),
    ("hospital", 0, "诊所"),
    ("hospital", 3, "中医院"),
)
#: Institutions of the register that not everything is true of, by their place in it.
_NOT_DESIGNATED = 5
_NOT_FOR_OUTPATIENTS = (6, 12, 21)


@dataclass(frozen=True, slots=True)
class _Term:
    begins_on: date
    ends_on: date | None = None
    level: int = 1
    networked: bool = True
    designated: bool = True
    outpatient: bool = True


@dataclass(frozen=True, slots=True)
class _Planned:
    code: str
    name: str
    area: str
    kind: str
    phone: str
    terms: tuple[_Term, ...]


def register_institutions() -> list[Registered]:
    """Send the roll of institutions in; return them in the order of the roll."""
    planned: list[_Planned] = []
    places = count()
    for quota in QUOTAS:
        for kind, level, ending in _PATTERN[: quota.institutions]:
            place = next(places)
            planned.append(
                _Planned(
                    code=institution_code(kind=kind, area=quota.code, place=place),
                    name=f"{quota.name}{_WORDS[place % len(_WORDS)]}{ending}（演示）",
                    area=quota.code,
                    kind=kind,
                    phone=phone(90_000_000 + place),
                    terms=tuple(_terms_of(place, quota.code, kind, level)),
                )
            )
    rows = [_row(one, term) for one in planned for term in one.terms]
    take_in(roll=ROLL, rows=rows, name="institutions.csv", day=_SINCE)
    found = {row.code: row for row in Institution.objects.all()}
    return [
        Registered(
            row=found[one.code],
            kind=one.kind,
            area=one.area,
            level=one.terms[-1].level,
            usable=all(term.designated for term in one.terms),
        )
        for one in planned
    ]


def _row(one: _Planned, term: _Term) -> tuple[object, ...]:
    """Return one line of the roll, in the order of its columns."""
    return (
        one.code,
        one.name,
        one.area,
        one.kind,
        term.level,
        *("是" if holds else "否" for holds in (term.networked, term.designated, term.outpatient)),
        term.begins_on,
        term.ends_on or "",
        "",
        one.phone,
    )


def _terms_of(place: int, area: str, kind: str, level: int) -> list[_Term]:
    """Return the dated terms of one institution; most have one without an end."""
    term = _Term(_SINCE, level=level)
    # Only Yangzhou's and Suizhou's pharmacies are named for pooled outpatient care.
    if kind == "pharmacy" and area[:2] in {"34", "37"}:
        term = replace(term, outpatient=False)
    if place == _NOT_DESIGNATED:
        return [replace(term, designated=False, outpatient=False)]
    if place in _NOT_FOR_OUTPATIENTS:
        return [replace(term, outpatient=False)]
    if place % 19 == 9:
        # Raised by one level.
        changed = date(2024, 1, 1)
        lower = replace(term, ends_on=changed, level=max(level - 1, 0))
        return [lower, replace(term, begins_on=changed)]
    if place % 23 == 13:
        # Off the list for a few months, and back.
        out, back = date(2025, 3, 1), date(2025, 9, 1)
        return [
            replace(term, ends_on=out),
            replace(term, begins_on=out, ends_on=back, designated=False, outpatient=False),
            replace(term, begins_on=back),
        ]
    if kind == "hospital" and (level == 0 or (area == SUIZHOU and level == 2)):
        return [replace(term, networked=False)]
    return [term]


def open_machine() -> None:
    """Open the sign-in of the large hospital's system."""
    open_for(
        institution=Institution.objects.get(code=HOSPITAL),
        name="HIS",
        scopes=Machine.Scope.values,
        actor=IMPORT,
        now=timezone.make_aware(datetime.combine(_SINCE, time(9))),
        key=MACHINE_KEY,
    )
