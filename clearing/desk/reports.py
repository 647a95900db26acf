"""The books of the areas on any day: trial balance and funds, on a page and as files."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.models import LedgerAccount, Transfer
from clearing import books, words
from clearing.exports import FORMATS, Cell, Table, handed_out
from policy.book import load_book
from record.models import Role
from record.staffing import Staff, for_staff

#: Areas whose books stand on one page.
SHOWN_AT_ONCE = 3
READERS = (Role.Kind.FINANCE_CLERK.value, Role.Kind.REVIEWER.value)


def _day(text: str, default: date) -> date:
    try:
        return date.fromisoformat(text) if text else default
    except ValueError:
        raise Http404("no such day") from None


@require_safe
@for_staff(*READERS)
def trial_balance(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show the trial balance of a day: one's own areas, and whether the whole adds up."""
    day = _day(request.GET.get("day", ""), staff.day)
    found = books.trial_balance(day)
    mine = [area for area in found.areas if staff.covers(area.area)]
    form = request.GET.get("format", "")
    if form in FORMATS:
        return handed_out(_balance_table(mine, day), name=f"trial-balance-{day}", form=form)
    # Of many areas the page shows a summary, and one of them at a time.
    wanted = request.GET.get("area", "")
    shown = mine if len(mine) <= SHOWN_AT_ONCE else [a for a in mine if a.area == wanted]
    context = {
        "day": day,
        "books": found,
        "summary": mine if len(mine) > SHOWN_AT_ONCE else [],
        "areas": [
            {
                "books": area,
                "lines": [(str(_KINDS[line.kind]), line) for line in area.lines],
            }
            for area in shown
        ],
        "query": f"day={day}",
    }
    return render(request, "desk/clearing_trial_balance.html", context)


_KINDS = {kind.value: kind.label for kind in LedgerAccount.Kind}


def _balance_table(areas: list[books.AreaBooks], day: date) -> Table:
    rows: list[list[Cell]] = []
    for area in areas:
        name = f"{area.area} {words.area_name(area.area)}"
        rows += [
            [name, str(_KINDS[line.kind]), str(line.accounts), line.came, line.went, line.balance]
            for line in area.lines
        ]
        rows.append([name, gettext("still to be cleared"), "", "", "", area.to_clear])
    return Table(
        title=gettext("Trial balance"),
        header=[
            gettext("Area"),
            gettext("Account"),
            gettext("Number"),
            gettext("came"),
            gettext("went"),
            gettext("Balance"),
        ],
        rows=rows,
        notes=[day.isoformat()],
    )


@require_safe
@for_staff(*READERS)
def funds(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show an area's funds over a span of days: before, in, out by kind, held."""
    choices = sorted(code for code in load_book().areas if staff.covers(code))
    area = request.GET.get("area", "") or (choices or [""])[0]
    if area not in choices:
        raise Http404("no area of yours")
    last = _day(request.GET.get("last", ""), staff.day)
    first = _day(request.GET.get("first", ""), last.replace(day=1))
    first = min(first, last)
    found = books.funds_of(area, first=first, last=last)
    form = request.GET.get("format", "")
    if form in FORMATS:
        table = _funds_table(found, first, last)
        return handed_out(table, name=f"funds-{area}-{first}-{last}", form=form)
    context = {
        "area": area,
        "choices": choices,
        "first": first,
        "last": last,
        "funds": [
            {"name": _fund_name(fund.name), "fund": fund, "lines": _lines(fund)} for fund in found
        ],
        "query": f"area={area}&first={first}&last={last}",
    }
    return render(request, "desk/clearing_funds.html", context)


def _fund_name(name: str) -> str:
    return {
        "pool": gettext("Pooled fund"),
        "personal": gettext("Personal accounts"),
        "sources": gettext("Sources of the personal accounts"),
        "held": gettext("Held for heirs"),
        "institutions": gettext("Payable to institutions"),
        "collectors": gettext("Payable to premium collectors"),
        "bank": gettext("Paid out by bank"),
    }[name]


def _lines(fund: books.Fund) -> list[dict[str, Any]]:
    labels = dict(Transfer.Kind.choices)
    return [
        {"label": labels[line.kind], "undoes": line.undoes, "line": line} for line in fund.lines
    ]


def _funds_table(found: list[books.Fund], first: date, last: date) -> Table:
    rows: list[list[Cell]] = []
    for fund in found:
        name = _fund_name(fund.name)
        rows.append([name, gettext("before"), "", "", "", fund.before])
        for entry in _lines(fund):
            label = str(entry["label"])
            if entry["undoes"]:
                label = gettext("%(kind)s, undone") % {"kind": label}
            line = entry["line"]
            rows.append([name, label, str(line.transfers), line.came, line.went, ""])
        rows.append([name, gettext("held"), "", fund.came, fund.went, fund.held])
    return Table(
        title=gettext("Funds"),
        header=[
            gettext("Fund"),
            gettext("Kind"),
            gettext("Transfers"),
            gettext("in"),
            gettext("out"),
            gettext("Balance"),
        ],
        rows=rows,
        notes=[f"{first} – {last}"],
    )
