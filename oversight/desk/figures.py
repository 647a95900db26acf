"""Figures and pictures on the desk, with their tables, as CSV and XLSX."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oversight.adding_up import through
from oversight.pictures import Picture, Table, pictures_of, tables_of
from oversight.sums import sums_for
from policy.queries import current_book
from record.imports import write_csv
from record.models import Role
from record.quotas import limited
from record.sheets import write_sheet
from record.staffing import Staff, for_staff

from .forms import FiguresForm

#: Who may see the sums of their areas: everybody on the desk who decides by them.
READERS = (
    Role.Kind.FINANCE_CLERK.value,
    Role.Kind.REVIEWER.value,
    Role.Kind.POLICY_CLERK.value,
    Role.Kind.ADMINISTRATOR.value,
)
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@for_staff(*READERS)
@limited("figures")
def figures(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show the pictures of the reader's areas, each with its table."""
    form = _form(request, staff)
    context: dict[str, Any] = {"form": form, "made_at": through(), "query": request.GET.urlencode()}
    if form.is_valid():
        sums = sums_for(form.wish())
        context |= {"pictures": pictures_of(sums), "tables": tables_of(sums)}
    status = 400 if form.errors else 200
    return render(request, "desk/oversight_figures.html", context, status=status)


@require_safe
@for_staff(*READERS)
@limited("file")
def table(request: HttpRequest, staff: Staff, name: str, suffix: str) -> HttpResponse:
    """Hand a picture's table out as a file."""
    form = _form(request, staff)
    if suffix not in {"csv", "xlsx"} or not form.is_valid():
        raise Http404
    sums = sums_for(form.wish())
    all_of_them: list[Picture | Table] = [*pictures_of(sums), *tables_of(sums)]
    found = next((one for one in all_of_them if one.name == name), None)
    if found is None:
        raise Http404
    header, rows = _cells(found)
    content = (
        write_csv(header, iter(rows))
        if suffix == "csv"
        else write_sheet(title=found.title, header=header, rows=rows)
    )
    return HttpResponse(
        content,
        content_type=CSV if suffix == "csv" else XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}.{suffix}"'},
    )


def _cells(found: Picture | Table) -> tuple[list[str], list[list[str]]]:
    if isinstance(found, Picture):
        return found.header, [[label, *map(_plain, values)] for label, values in found.rows]
    rows = [[label, *map(_plain, values)] for label, values, _ in found.rows]
    return [found.first, *found.header], rows


def _plain(value: Decimal | int | str) -> str:
    return f"{value:.2f}" if isinstance(value, Decimal) and value == value.quantize(
        Decimal("0.01")) and value != value.to_integral() else str(value)  # fmt: skip


def _form(request: HttpRequest, staff: Staff) -> FiguresForm:
    areas = [code for code in sorted(current_book().areas) if staff.covers(code)]
    return FiguresForm(request.GET, areas=areas, day=staff.day)
