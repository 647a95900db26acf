"""Rolls in the browser: upload one, see what would happen, accept it; its template, its errors.

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
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.imports.contributions import ROLL as CONTRIBUTIONS
from claims.imports.institutions import ROLL as INSTITUTIONS
from families.imports.premium_results import ROLL as PREMIUM_RESULTS
from members import identity
from members.imports.enrolments import ROLL as ENROLMENTS
from record.imports import Context, Report, Roll, run_import, template_file, write_csv
from record.looking import actor_of, scopes_of
from record.models import RollDraft
from record.rolls import mask
from record.sheets import UnreadableRoll

ROLLS = {roll.kind: roll for roll in (CONTRIBUTIONS, ENROLMENTS, INSTITUTIONS, PREMIUM_RESULTS)}
#: A page answers within its time-outs up to here; larger rolls go through the command.
MAX_UPLOAD = 20 * 1024 * 1024
#: An uploaded roll that nobody accepted is deleted after this time.
KEPT = timedelta(days=1)
#: Bad rows on the page; the file of errors holds all.
SHOWN = 200

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


def rolls_for(request: HttpRequest) -> list[Roll]:
    """Return the rolls that who asks may take in."""
    return [roll for roll in ROLLS.values() if scopes_of(request, roll.roles)]


def roll_urls(site: AdminSite) -> list[URLPattern]:
    """Return the addresses of the pages, behind the site's sign-in."""
    pages = RollPages(site)
    view = site.admin_view
    return [
        path("rolls/<slug:kind>/", view(pages.upload), name="roll_upload"),
        path(
            "rolls/<slug:kind>/template.<slug:suffix>",
            view(require_safe(pages.template)),
            name="roll_template",
        ),
        path("rolls/<slug:kind>/<uuid:key>/", view(require_safe(pages.draft)), name="roll_draft"),
        path(
            "rolls/<slug:kind>/<uuid:key>/errors.csv",
            view(require_safe(pages.errors)),
            name="roll_errors",
        ),
        path(
            "rolls/<slug:kind>/<uuid:key>/accept/",
            view(require_POST(pages.accept)),
            name="roll_accept",
        ),
        path(
            "rolls/<slug:kind>/<uuid:key>/drop/",
            view(require_POST(pages.drop)),
            name="roll_drop",
        ),
    ]


class RollPages:
    """The pages of all kinds of roll."""

    def __init__(self, site: AdminSite) -> None:
        self.site = site

    def upload(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Take a file, try it, and show what would happen."""
        roll = self._roll(request, kind)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            uploaded = form.cleaned_data["file"]
            content = uploaded.read()
            name = mask(str(uploaded.name))[:200]
            try:
                report = self._run(request, roll, content, name, dry_run=True)
            except UnreadableRoll as error:
                form.add_error("file", str(error))
            else:
                draft = self._keep(request, roll, content, name, report)
                address = reverse("admin:roll_draft", args=[roll.kind, draft.key])
                return HttpResponseRedirect(address)
        context = {"form": form, "templates": self._templates(roll)}
        status = 400 if form.errors else 200
        return self._page(request, roll, "admin/rolls/upload.html", context, status=status)

    def template(self, request: HttpRequest, kind: str, suffix: str) -> HttpResponse:
        """Hand out an empty roll."""
        roll = self._roll(request, kind)
        if suffix not in {"csv", "xlsx"}:
            raise Http404
        return _download(
            template_file(roll, suffix=f".{suffix}"),
            name=f"{roll.kind}-template.{suffix}",
            kind=CSV if suffix == "csv" else XLSX,
        )

    def draft(self, request: HttpRequest, kind: str, key: UUID) -> HttpResponse:
        """Show what accepting the file would do, with its bad rows."""
        roll = self._roll(request, kind)
        draft = self._draft(request, roll, key)
        bad = draft.report["bad"]
        return self._page(
            request,
            roll,
            "admin/rolls/draft.html",
            {
                "draft": draft,
                "report": draft.report,
                "bad": bad[:SHOWN],
                "more": max(len(bad) - SHOWN, 0),
            },
        )

    def errors(self, request: HttpRequest, kind: str, key: UUID) -> HttpResponse:
        """Hand out every bad row as a CSV file."""
        draft = self._draft(request, self._roll(request, kind), key)
        header = ["Line", "Column", "Value", "What is wrong", "What to do"]
        content = write_csv([gettext(title) for title in header], iter(draft.report["bad"]))
        return _download(content, name=f"{kind}-errors.csv", kind=CSV)

    def accept(self, request: HttpRequest, kind: str, key: UUID) -> HttpResponse:
        """Take the file in: all of it, or its valid rows where that was ticked."""
        roll = self._roll(request, kind)
        draft = self._draft(request, roll, key)
        content = identity.unseal(draft.sealed).encode("latin-1")
        report = self._run(
            request,
            roll,
            content,
            draft.name,
            dry_run=False,
            accept_valid="accept_valid" in request.POST,
        )
        if not report.taken and report.earlier is None:
            # Something has changed since it was tried, or bad rows were not agreed to.
            draft.report = _as_json(report)
            draft.save(update_fields=["report"])
            messages.error(request, gettext("Nothing was taken in: there are bad rows."))
            return HttpResponseRedirect(reverse("admin:roll_draft", args=[roll.kind, key]))
        draft.delete()
        messages.success(
            request,
            gettext(
                "Taken in: %(done)s rows; %(skipped)s were there already, %(bad)s were left out."
            )
            % {"done": report.done, "skipped": report.skipped, "bad": len(report.bad)},
        )
        return HttpResponseRedirect(reverse("admin:record_importfile_changelist"))

    def drop(self, request: HttpRequest, kind: str, key: UUID) -> HttpResponse:
        """Delete an uploaded file unused."""
        roll = self._roll(request, kind)
        self._draft(request, roll, key).delete()
        messages.success(request, gettext("The file is deleted; nothing was taken in."))
        return HttpResponseRedirect(reverse("admin:roll_upload", args=[roll.kind]))

    def _roll(self, request: HttpRequest, kind: str) -> Roll:
        if kind not in ROLLS:
            raise Http404
        if not scopes_of(request, ROLLS[kind].roles):
            raise PermissionDenied
        return ROLLS[kind]

    def _draft(self, request: HttpRequest, roll: Roll, key: UUID) -> RollDraft:
        return get_object_or_404(RollDraft, key=key, kind=roll.kind, by_id=request.user.pk)

    def _run(
        self,
        request: HttpRequest,
        roll: Roll,
        content: bytes,
        name: str,
        *,
        dry_run: bool,
        accept_valid: bool = False,
    ) -> Report:
        context = Context(
            day=timezone.localdate(),
            actor=actor_of(request),
            scopes=scopes_of(request, roll.roles),
            dry_run=dry_run,
            accept_valid=accept_valid,
        )
        return run_import(roll=roll, file=io.BytesIO(content), name=name, context=context)

    def _keep(
        self, request: HttpRequest, roll: Roll, content: bytes, name: str, report: Report
    ) -> RollDraft:
        assert request.user.pk is not None, "the admin's pages are for users"
        RollDraft.objects.filter(at__lt=timezone.now() - KEPT).delete()
        return RollDraft.objects.create(
            key=uuid4(),
            kind=roll.kind,
            name=name,
            sealed=identity.seal(content.decode("latin-1")),
            report=_as_json(report),
            by_id=request.user.pk,
        )

    def _templates(self, roll: Roll) -> list[tuple[str, str]]:
        return [
            (reverse("admin:roll_template", args=[roll.kind, suffix]), suffix.upper())
            for suffix in ("xlsx", "csv")
        ]

    def _page(
        self,
        request: HttpRequest,
        roll: Roll,
        template: str,
        context: dict[str, Any],
        *,
        status: int = 200,
    ) -> HttpResponse:
        whole = {**self.site.each_context(request), "title": roll.title, "roll": roll, **context}
        return TemplateResponse(request, template, whole, status=status)


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
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
