"""Rolls on the desk: upload one, see what would happen, accept it; its template, its errors.

The uploaded file waits encrypted in the database for its own user alone, because it holds ID
numbers; accepting or dropping it deletes it.
"""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import identity
from record.batches import Batch
from record.deciding import refusal_words
from record.imports import Context, Report, Roll, rolls, run_import, template_file, write_csv
from record.models import ImportFile, Role, RollDraft
from record.outcome import Refusal
from record.quotas import QUOTAS, is_over
from record.rolls import mask
from record.sheets import UnreadableRoll
from record.staffing import AUDITOR, Staff, for_staff

#: Who may send some roll; which one, the roll says.
SENDERS = (Role.Kind.CASE_OFFICER.value, Role.Kind.FINANCE_CLERK.value)
#: A page answers within its time-outs up to here; larger rolls go through the command.
MAX_UPLOAD = 20 * 1024 * 1024
#: An uploaded roll that nobody accepted is deleted after this time.
KEPT = timedelta(days=1)
#: Bad rows on the page; the file of errors holds all.
SHOWN = 200
FILES_SHOWN = 50

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


class UploadForm(forms.Form):
    """A roll to try."""

    file = forms.FileField(
        label=gettext_lazy("Roll"),
        help_text=gettext_lazy("CSV or XLSX, up to 20 MB. It is only tried at first."),
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx"}),
        # An empty file gets its own sentence from the reader.
        allow_empty_file=True,
        max_length=200,
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large for a page."""
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise ValidationError(
                gettext("The file is larger than 20 MB: send it in parts, or use the command.")
            )
        return file


class UndoForm(forms.Form):
    """Why a roll is taken back."""

    note = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


@require_safe
@for_staff(*SENDERS)
def imports(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show which rolls can be sent, those that wait to be accepted, and those taken in."""
    kinds = rolls()
    context = {
        "rolls": [roll for roll in kinds.values() if staff.scopes_as(*roll.roles)],
        "drafts": [
            {"draft": draft, "title": _title(draft.kind)}
            for draft in RollDraft.objects.filter(by_id=staff.user.pk, kind__in=kinds).defer(
                "sealed"
            )
        ],
        "files": [
            {
                "file": file,
                "title": _title(file.kind),
                "undone": getattr(file, "undo", None),
                "roll": kinds.get(file.kind),
            }
            for file in _files(staff)[:FILES_SHOWN]
        ],
        "shown": FILES_SHOWN,
        "may_undo": staff.is_any(*SENDERS),
    }
    return render(request, "desk/portal_imports.html", context)


def recent_imports(staff: Staff, most: int) -> list[Batch]:
    """Return the last rolls that were taken in, for the page of runs."""
    return [
        Batch(
            title=f"{_title(file.kind)} {file.name}",
            day=file.day,
            state=gettext("taken back") if hasattr(file, "undo") else gettext("taken in"),
            done=file.done + file.skipped,
            expected=file.rows,
            url=reverse("portal:desk_imports"),
        )
        for file in _files(staff)[:most]
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*SENDERS)
def upload(request: HttpRequest, staff: Staff, kind: str) -> HttpResponse:
    """Take a file, try it, and show what would happen."""
    roll = _roll(staff, kind)
    posted = request.method == "POST"
    form = UploadForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        if is_over("trial", user_id=int(staff.user.pk)):
            return render(request, "desk/too_often.html", {"quota": QUOTAS["trial"]}, status=429)
        uploaded = form.cleaned_data["file"]
        content = uploaded.read()
        name = mask(str(uploaded.name))[:200]
        try:
            report = _run(staff, roll, content, name, dry_run=True)
        except UnreadableRoll as error:
            form.add_error("file", str(error))
        else:
            draft = _keep(staff, roll, content, name, report)
            return redirect("portal:desk_roll", kind=roll.kind, key=draft.key)
    context = {"form": form, "roll": roll}
    return render(
        request, "desk/portal_roll_upload.html", context, status=400 if form.errors else 200
    )


@require_safe
@for_staff(*SENDERS)
def template(request: HttpRequest, staff: Staff, kind: str, suffix: str) -> HttpResponse:
    """Hand out an empty roll."""
    roll = _roll(staff, kind)
    if suffix not in {"csv", "xlsx"}:
        raise Http404
    return _download(
        template_file(roll, suffix=f".{suffix}"),
        name=f"{roll.kind}-template.{suffix}",
        kind=CSV if suffix == "csv" else XLSX,
    )


@require_safe
@for_staff(*SENDERS)
def draft(request: HttpRequest, staff: Staff, kind: str, key: UUID) -> HttpResponse:
    """Show what accepting the file would do, with its bad rows."""
    roll = _roll(staff, kind)
    found = _draft(staff, roll, key)
    bad = found.report["bad"]
    context = {
        "roll": roll,
        "draft": found,
        "report": found.report,
        "bad": bad[:SHOWN],
        "more": max(len(bad) - SHOWN, 0),
    }
    return render(request, "desk/portal_roll.html", context)


@require_safe
@for_staff(*SENDERS)
def errors(request: HttpRequest, staff: Staff, kind: str, key: UUID) -> HttpResponse:
    """Hand out every bad row as a CSV file."""
    found = _draft(staff, _roll(staff, kind), key)
    header = ["Line", "Column", "Value", "What is wrong", "What to do"]
    content = write_csv([gettext(title) for title in header], iter(found.report["bad"]))
    return _download(content, name=f"{kind}-errors.csv", kind=CSV)


@require_POST
@for_staff(*SENDERS)
def accept(request: HttpRequest, staff: Staff, kind: str, key: UUID) -> HttpResponse:
    """Take the file in: all of it, or its valid rows where that was ticked."""
    roll = _roll(staff, kind)
    found = _draft(staff, roll, key)
    content = identity.unseal(found.sealed).encode("latin-1")
    report = _run(
        staff,
        roll,
        content,
        found.name,
        dry_run=False,
        accept_valid="accept_valid" in request.POST,
    )
    if not report.taken and report.earlier is None:
        # Something has changed since it was tried, or bad rows were not agreed to.
        found.report = _as_json(report)
        found.save(update_fields=["report"])
        messages.error(request, gettext("Nothing was taken in: there are bad rows."))
        return redirect("portal:desk_roll", kind=roll.kind, key=key)
    found.delete()
    messages.success(
        request,
        gettext("Taken in: %(done)s rows; %(skipped)s were there already, %(bad)s were left out.")
        % {"done": report.done, "skipped": report.skipped, "bad": len(report.bad)},
    )
    return redirect("portal:desk_imports")


@require_POST
@for_staff(*SENDERS)
def drop(request: HttpRequest, staff: Staff, kind: str, key: UUID) -> HttpResponse:
    """Delete an uploaded file unused."""
    roll = _roll(staff, kind)
    _draft(staff, roll, key).delete()
    messages.success(request, gettext("The file is deleted; nothing was taken in."))
    return redirect("portal:desk_imports")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*SENDERS)
def undo(request: HttpRequest, staff: Staff, file_id: int) -> HttpResponse:
    """Take a roll back that was taken in, or say why that cannot be."""
    file = get_object_or_404(_files(staff), pk=file_id)
    roll = rolls().get(file.kind)
    if roll is None:
        raise Http404
    posted = request.method == "POST"
    form = UndoForm(request.POST if posted else None)
    context = {
        "file": file,
        "roll": roll,
        "title": _title(file.kind),
        "form": form,
        "may_undo": staff.is_any(*SENDERS),
    }
    if posted and roll.undo is not None and form.is_valid():
        how = Context(
            day=staff.day, actor=staff.actor, scopes=staff.scopes_as(*roll.roles), dry_run=False
        )
        answer = roll.undo(file, how, form.cleaned_data["note"])
        if not isinstance(answer, Refusal):
            words = gettext("Taken back: %(rows)s rows are gone; their history stays.")
            messages.success(request, words % {"rows": answer.rows})
            return redirect("portal:desk_imports")
        context |= {"refused": refusal_words(answer), "refused_data": answer.data}
        return render(request, "desk/portal_import_undo.html", context, status=409)
    status = 400 if form.errors else 200
    return render(request, "desk/portal_import_undo.html", context, status=status)


def _title(kind: str) -> str:
    roll = rolls().get(kind)
    return str(roll.title) if roll else kind


def _files(staff: Staff) -> QuerySet[ImportFile]:
    """Return the rolls that somebody took in; the auditor's are all."""
    files = ImportFile.objects.select_related("undo").order_by("-pk")
    return files if staff.is_any(AUDITOR) else files.filter(by_id=staff.user.pk)


def _roll(staff: Staff, kind: str) -> Roll:
    roll = rolls().get(kind)
    if roll is None or not staff.scopes_as(*roll.roles, AUDITOR):
        raise Http404
    return roll


def _draft(staff: Staff, roll: Roll, key: UUID) -> RollDraft:
    return get_object_or_404(RollDraft, key=key, kind=roll.kind, by_id=staff.user.pk)


def _run(
    staff: Staff,
    roll: Roll,
    content: bytes,
    name: str,
    *,
    dry_run: bool,
    accept_valid: bool = False,
) -> Report:
    context = Context(
        day=staff.day,
        actor=staff.actor,
        scopes=staff.scopes_as(*roll.roles),
        dry_run=dry_run,
        accept_valid=accept_valid,
    )
    return run_import(roll=roll, file=io.BytesIO(content), name=name, context=context)


def _keep(staff: Staff, roll: Roll, content: bytes, name: str, report: Report) -> RollDraft:
    RollDraft.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return RollDraft.objects.create(
        key=uuid4(),
        kind=roll.kind,
        name=name,
        sealed=identity.seal(content.decode("latin-1")),
        report=_as_json(report),
        by_id=staff.user.pk,
    )


def _as_json(report: Report) -> dict[str, Any]:
    """The report as a draft keeps it: values are masked already."""
    return {
        "rows": report.rows,
        "done": report.done,
        "skipped": report.skipped,
        "sentence": report.sentence(),
        "earlier": report.earlier.isoformat() if report.earlier else None,
        "bad": [row.cells() for row in report.bad],
    }


def _download(content: bytes, *, name: str, kind: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
