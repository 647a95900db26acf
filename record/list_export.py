"""A list of the admin as a file: the rows and columns that the list shows, and no more.

What the list masks is masked here, for the columns are the same; no cell is ever a formula. Who
takes a file is written down, and how many somebody may take in an hour is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.timezone import localtime
from django.utils.translation import gettext

from .imports import write_csv
from .operations import Actor, audit
from .quotas import QUOTAS, is_over
from .sheets import write_sheet

#: Rows of one file: whoever needs more filters the list, and takes it in parts.
MOST_ROWS = 5_000
#: What an XLSX file must not hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


FORMS = ("csv", "xlsx")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list to be handed out: its title, header and rows, and whether it was cut."""

    title: str
    header: list[str]
    rows: list[list[str]]
    is_cut: bool


def export(page: Any, request: HttpRequest, *, form: str) -> HttpResponse:
    """Answer with a list as a file of one of `FORMS`, and write down who took it."""
    if not page.has_view_permission(request):
        raise PermissionDenied
    if form not in FORMS:
        raise Http404("a list is handed out as CSV or XLSX")
    if is_over("file", user_id=int(request.user.pk or 0)):
        return render(request, "desk/too_often.html", {"quota": QUOTAS["file"]}, status=429)
    try:
        made = list_file(page, page.get_changelist_instance(request))
    except IncorrectLookupParameters:
        # A filter that makes no sense, as the list itself answers it.
        return HttpResponseRedirect("../../?e=1")
    notes = [gettext("Cut after %d rows: filter the list, and take it in parts.") % MOST_ROWS]
    if form == "xlsx":
        content = write_sheet(
            title=made.title,
            header=made.header,
            rows=made.rows,
            notes=notes if made.is_cut else (),
        )
        kind = _XLSX
    else:
        ends = [notes] if made.is_cut else []
        content = write_csv(made.header, iter([*made.rows, *ends]))
        kind = "text/csv; charset=utf-8"
    audit(
        actor=Actor.of(request.user),
        verb="admin.export",
        record=str(page.model._meta.label_lower),
        data={"rows": len(made.rows), "filters": sorted(request.GET)},
    )
    name = f"{page.model._meta.model_name}-{timezone.localdate()}.{form}"
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def list_file(page: Any, shown: ChangeList) -> ListFile:
    """Return what a list shows, filtered and sorted as it is. `page`: the model's admin page."""
    columns = [name for name in shown.list_display if name != "action_checkbox"]
    found = list(shown.queryset[: MOST_ROWS + 1])
    return ListFile(
        title=str(page.model._meta.verbose_name_plural),
        header=[_plain(label_for_field(name, page.model, page)) for name in columns],
        rows=[list(_cells(page, row, columns)) for row in found[:MOST_ROWS]],
        is_cut=len(found) > MOST_ROWS,
    )


def _cells(page: Any, row: models.Model, columns: list[Any]) -> Iterator[str]:
    for name in columns:
        field, _, value = lookup_field(name, row, page)
        if field is not None and getattr(field, "flatchoices", None):
            value = dict(field.flatchoices).get(value, value)
        yield _words(value)


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return _plain(value)


def _plain(value: str | Promise | object) -> str:
    return _CONTROL.sub("", strip_tags(str(value))).strip()
