"""Is a document genuine? The answer is yes or no; nothing else of it is told.

Anybody who holds the paper or the file may ask: an office that is handed a statement has no sign-in
here, and staff use the same page.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from record import documents
from record.quotas import is_over


class CodeForm(forms.Form):
    """The number and the check code, as they stand on the paper."""

    number = forms.CharField(
        label=gettext_lazy("Document number"),
        max_length=40,
        help_text=gettext_lazy("Twelve letters and digits, at the foot of each page."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )
    check_code = forms.CharField(
        label=gettext_lazy("Check code"),
        max_length=40,
        help_text=gettext_lazy("It stands behind the number."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )


class FileForm(forms.Form):
    """The file as it was saved."""

    file = forms.FileField(
        label=gettext_lazy("The PDF file"),
        help_text=gettext_lazy("It is only compared, and not kept."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is too large to be one of ours before it is read."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > documents.LARGEST_FILE:
            raise forms.ValidationError(gettext("This file is too large to be one of ours."))
        return file


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Say whether number and check code belong together (GET), or whether a file is ours (POST)."""
    typed = CodeForm(
        {"number": request.GET.get("number", ""), "check_code": request.GET.get("check_code", "")}
        if "number" in request.GET
        else None
    )
    sent = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    answer: bool | None = None
    is_asked = request.method == "POST" or typed.is_bound
    if is_asked and is_over("genuine", address=get_adapter().get_client_ip(request)):
        return render(request, "429.html", status=429)
    if request.method == "POST":
        if sent.is_valid():
            answer = documents.is_genuine_file(sent.cleaned_data["file"].read())
    elif typed.is_bound and typed.is_valid():
        answer = documents.is_genuine(
            typed.cleaned_data["number"], typed.cleaned_data["check_code"]
        )
    context = {"typed": typed, "sent": sent, "answer": answer}
    bad = bool(typed.errors or sent.errors)
    return render(request, "portal/verify.html", context, status=400 if bad else 200)
