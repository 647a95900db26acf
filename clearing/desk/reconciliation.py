"""The workbench of reconciliation: day files, the cases they open, what others are asked."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from claims.models import Institution
from clearing import cases, comparing, dayfiles
from clearing.exports import as_attachment
from clearing.faults import BadFile
from clearing.matching import WINDOW, Outcome
from clearing.models import Case, DayFile
from record.looking import covers, within
from record.models import Role
from record.sheets import UnreadableRoll
from record.staffing import Staff, for_staff

SENDERS = (Role.Kind.FINANCE_CLERK.value, Role.Kind.CASE_OFFICER.value)
READERS = (*SENDERS, Role.Kind.REVIEWER.value)
CASES_A_PAGE = 25
BAD_ROWS_SHOWN = 50


class DayFileForm(forms.Form):
    """An institution's day file, sent by staff in its place."""

    institution = forms.CharField(label=gettext_lazy("Code of the institution"), max_length=20)
    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    file = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy("CSV or XLSX, as in the template")
    )

    def __init__(self, *args: Any, scopes: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scopes = scopes

    def clean_institution(self) -> Institution:
        """Find the institution; one of another area is not found."""
        found = Institution.objects.filter(code=self.cleaned_data["institution"].strip()).first()
        if found is None or not covers(self.scopes, found.area):
            raise forms.ValidationError(
                gettext("No institution of your areas has this code. Look at the register.")
            )
        return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*READERS)
def workbench(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show the cases and files of one's areas; take a day file in."""
    senders = staff.scopes_as(*SENDERS)
    bad_rows: list[Any] = []
    form = DayFileForm(initial={"day": None}, scopes=senders)
    if request.method == "POST":
        if not senders:
            raise Http404("who only decides sends no files")
        form = DayFileForm(request.POST, request.FILES, scopes=senders)
        if form.is_valid():
            try:
                file = _take_in(form, staff)
            except UnreadableRoll as error:
                form.add_error("file", str(error))
            except BadFile as error:
                form.add_error("file", " ".join(error.problems))
                bad_rows = [row.cells() for row in error.rows[:BAD_ROWS_SHOWN]]
            else:
                return redirect("clearing:desk_day_file", file.pk)
    context = {
        **_cases(request, staff),
        "form": form if senders else None,
        "bad_rows": bad_rows,
        "files": DayFile.objects.filter(within(("institution__area",), staff.scopes))
        .select_related("institution")
        .order_by("-pk")[:12],
    }
    status = 400 if form.errors else 200
    return render(request, "desk/clearing_workbench.html", context, status=status)


def _take_in(form: DayFileForm, staff: Staff) -> DayFile:
    institution, day = form.cleaned_data["institution"], form.cleaned_data["day"]
    upload = form.cleaned_data["file"]
    entries, sha256 = dayfiles.read_file(
        upload.file, name=upload.name, institution=institution, day=day
    )
    file = dayfiles.take_in(
        institution=institution,
        day=day,
        entries=entries,
        sha256=sha256,
        name=upload.name,
        channel=DayFile.Channel.DESK,
        today=staff.day,
        actor=staff.actor,
    )
    assert isinstance(file, DayFile), "taking a file in refuses by exceptions"
    comparing.compare_around(file_id=file.pk, today=staff.day, actor=staff.actor)
    return file


def _cases(request: HttpRequest, staff: Staff) -> dict[str, Any]:
    led = cases.cases_led_by(staff.scopes).select_related("institution")
    chosen = request.GET.get("difference", "")
    state = request.GET.get("state", "open")
    still = Q(state__in=["open", "proposed"])
    shown = led.filter(still) if state == "open" else led.exclude(still)
    if chosen in Case.Difference.values:
        shown = shown.filter(difference=chosen)
    counts = dict(
        led.filter(still).order_by().values_list("difference").annotate(number=Count("pk"))
    )
    return {
        "page": Paginator(shown.order_by("due_on", "pk"), CASES_A_PAGE).get_page(
            request.GET.get("page")
        ),
        "state": state,
        "chosen": chosen,
        "query": f"state={state}&difference={chosen}",
        "kinds": [(value, label, counts.get(value, 0)) for value, label in Case.Difference.choices],
        "tasks": cases.tasks_of(staff.scopes_as(*SENDERS)).filter(
            answer="", case__state__in=["open", "proposed"]
        ),
        "today": staff.day,
    }


@require_safe
@for_staff(*READERS)
def template(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Hand out an empty day file."""
    return as_attachment(
        "\ufeff" + dayfiles.template_csv(), name="day-file.csv", kind="text/csv; charset=utf-8"
    )


@require_safe
@for_staff(*READERS)
def day_file(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Show what comparing a day file gave, and the cases of its day."""
    file = (
        DayFile.objects.filter(within(("institution__area",), staff.scopes), pk=number)
        .select_related("institution")
        .first()
    )
    if file is None:
        raise Http404("no file of these areas")
    newest = not DayFile.objects.filter(
        institution=file.institution, day=file.day, version__gt=file.version
    ).exists()
    context = {
        "file": file,
        "newest": newest,
        "counts": [
            (words, file.result.get(outcome.value, 0), outcome in _CALM)
            for outcome, words in _outcome_words().items()
        ],
        "cases": Case.objects.filter(institution=file.institution, day=file.day),
        "due": _due(file.day),
    }
    return render(request, "desk/clearing_day_file.html", context)


_CALM = frozenset({Outcome.MATCHED, Outcome.CANCELLED_OUT, Outcome.IN_FLIGHT})


def _outcome_words() -> dict[Outcome, str]:
    return {
        Outcome.MATCHED: gettext("the same on both sides"),
        Outcome.CANCELLED_OUT: gettext("settled and undone, unknown there"),
        Outcome.IN_FLIGHT: gettext("may still be coming"),
        Outcome.AMOUNT: gettext("amount differs"),
        Outcome.ONLY_INSTITUTION: gettext("only at the institution"),
        Outcome.ONLY_PORTAL: gettext("only in the portal"),
        Outcome.DOUBLED: gettext("doubled at the institution"),
        Outcome.WRONG_DAY: gettext("on another day"),
    }


def _due(day: date) -> date:
    """Return the day from which what is still missing counts as a difference."""
    return day + WINDOW
