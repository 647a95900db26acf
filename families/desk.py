"""The desk's pages of this room: premiums to hand over to their collectors, and their answer."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from policy.queries import current_book
from record.imports import Context, Report, run_import
from record.looking import within
from record.models import Role
from record.operations import audit
from record.sheets import UnreadableRoll
from record.staffing import Staff, for_staff

from . import collecting
from .imports.premium_results import ROLL
from .models import Collection, Premium
from .words import area_name

CLERK = Role.Kind.FINANCE_CLERK.value
PAGE = 20
#: An answer has a line for each premium of a file: a few thousand at most.
MAX_UPLOAD = 5 * 1024 * 1024
#: Bad rows on the page.
SHOWN = 100


class AnswerForm(forms.Form):
    """The collector's answer."""

    file = forms.FileField(
        label=gettext_lazy("The collector's answer"),
        help_text=gettext_lazy("CSV or XLSX with the columns 编号, 结果, 原因; up to 5 MB."),
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx"}),
        allow_empty_file=True,
        max_length=200,
    )

    def clean_file(self) -> object:
        """Refuse a file that is too large for a page."""
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(gettext("The file is larger than 5 MB: send it in parts."))
        return file


@require_safe
@for_staff(CLERK)
def premiums(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show what waits to be handed over, and the files so far."""
    return _page(request, staff, form=AnswerForm())


def _page(
    request: HttpRequest,
    staff: Staff,
    *,
    form: AnswerForm,
    report: Report | None = None,
    status: int = 200,
) -> HttpResponse:
    book = current_book()
    mine = within(("area",), staff.scopes)
    files = Paginator(Collection.objects.filter(mine).defer("sealed"), PAGE)
    page = files.get_page(request.GET.get("page"))
    products = dict(Premium.Product.choices)
    context = {
        "waiting": [
            {
                **row,
                "area_name": area_name(book, row["area"]),
                "product_name": products[row["product"]],
                "may": staff.may(CLERK, row["area"]),
            }
            for row in collecting.waiting_by_product(collecting.waiting().filter(mine))
        ],
        "files": [
            {
                "file": file,
                "area_name": area_name(book, file.area),
                "product_name": products[file.product],
            }
            for file in page
        ],
        "page": page,
        "form": form,
        "may_answer": staff.is_any(CLERK),
        "report": report,
        "bad": [row.cells() for row in report.bad[:SHOWN]] if report else [],
        "more": max(len(report.bad) - SHOWN, 0) if report else 0,
    }
    return render(request, "desk/families_premiums.html", context, status=status)


@require_POST
@for_staff(CLERK)
def hand_over(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Make the file of one area and product; without an area those of all the clerk's areas."""
    area, product = request.POST.get("area", ""), request.POST.get("product", "")
    if area and not staff.covers(area):
        raise Http404
    waiting = collecting.waiting().filter(within(("area",), staff.scopes))
    if area:
        waiting = waiting.filter(area=area, product=product)
    files = collecting.hand_over(
        premium_ids=waiting.values_list("pk", flat=True), day=staff.day, actor=staff.actor
    )
    if isinstance(files, list) and files:
        number = sum(file.premiums for file in files)
        text = gettext("%(files)d made, %(number)d premiums. Fetch them below.")
        messages.success(request, text % {"files": len(files), "number": number})
    else:
        messages.info(request, gettext("Nothing was waiting any more; no file was made."))
    return redirect("families:desk_premiums")


@require_safe
@for_staff(CLERK)
def file(request: HttpRequest, staff: Staff, collection_id: int) -> HttpResponse:
    """Hand out a file as it was made. Who fetches it is written down."""
    mine = within(("area",), staff.scopes)
    found = get_object_or_404(Collection.objects.filter(mine), pk=collection_id)
    audit(
        actor=staff.actor,
        verb="families.collection.fetch",
        area=found.area,
        record=f"collection:{found.pk}",
    )
    return HttpResponse(
        collecting.file_of(found),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="premiums-{found.pk:06d}.csv"',
            "Cache-Control": "private, no-store",
        },
    )


@require_http_methods(["POST"])
@for_staff(CLERK)
def answer(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Read the collector's answer: all of it, or nothing and what is wrong with it."""
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, staff, form=form, status=400)
    uploaded = form.cleaned_data["file"]
    context = Context(day=staff.day, actor=staff.actor, scopes=staff.scopes)
    try:
        report = run_import(roll=ROLL, file=uploaded, name=str(uploaded.name), context=context)
    except UnreadableRoll as error:
        form.add_error("file", str(error))
        return _page(request, staff, form=form, status=400)
    if not report.taken and report.earlier is None:
        form.add_error("file", gettext("Nothing was taken in: correct the rows named below."))
        return _page(request, staff, form=form, report=report, status=400)
    text = gettext("Taken in: %(done)d answers; %(skipped)d were known already.")
    messages.success(request, text % {"done": report.done, "skipped": report.skipped})
    return redirect("families:desk_premiums")
