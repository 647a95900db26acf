"""The field by which papers come in, with a plain sentence for everything that is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

from . import papers
from .operations import Actor
from .papers import CleanPaper, Unclean, harmless_name
from .uploads import TooLargeUpload

#: Files of one answer.
MOST_AT_ONCE = 6

_ACCEPT = "image/jpeg,image/png,image/webp,application/pdf"
_PAPERS = gettext_lazy("Papers")
_TAKE = gettext_lazy("Take a photo of the paper, or send it as JPEG, PNG, WebP or PDF.")

#: Code of `record.cleaning.Unclean` → what is wrong and what to do.
PROBLEMS: Mapping[str, str | Promise] = {
    "empty": gettext_lazy("The file is empty. Choose it again, or take a new photo."),
    "too_large": gettext_lazy(
        "The file is larger than %(megabytes)d MB. Take the photo with a smaller size, or send the"
        " pages one by one."
    ),
    "too_many_pixels": gettext_lazy(
        "The picture has too many pixels. Take a normal photo of the paper."
    ),
    "too_small": gettext_lazy("The picture is too small to be read. Take a photo of the paper."),
    "damaged": gettext_lazy(
        "The file is damaged and cannot be opened. Save it again, or take a photo of the paper."
    ),
    "encrypted": gettext_lazy(
        "The PDF is locked with a password or with rights. Save it without, or take a photo."
    ),
    "too_many_pages": gettext_lazy(
        "The PDF has more than %(pages)d pages. Send the pages that are needed."
    ),
    "too_complex": gettext_lazy(
        "The file is too complex to be opened safely. Take a photo of the paper."
    ),
    "active": gettext_lazy(
        "The PDF holds programs or leads to other files. Print it into a new PDF, or take a photo."
    ),
    "form": gettext_lazy(
        "This kind of form cannot be read without its program. Print it into a PDF, or take a"
        " photo."
    ),
}
_LOOKS_LIKE: Mapping[str, str | Promise] = {
    "heic": gettext_lazy("This is a HEIC picture, which cannot be opened here."),
    "office": gettext_lazy("This is a document of an office program, or a zip file."),
    "program": gettext_lazy("This is a program."),
    "svg": gettext_lazy("This is a drawing that can hold programs."),
    "web": gettext_lazy("This is a web page, whatever its name says."),
    "picture": gettext_lazy("This kind of picture is not taken."),
    "other": gettext_lazy("This is neither a photo nor a PDF, whatever its name says."),
}


def problem_words(problem: Unclean) -> str:
    """Return what is wrong with a file and what to do, in the reader's language."""
    if problem.code == "not_allowed":
        return f"{_LOOKS_LIKE[problem.data['looks_like']]} {_TAKE}"
    return str(PROBLEMS[problem.code]) % papers.limits()


class PapersInput(forms.FileInput):
    """A control for several files; a phone offers its camera too."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__({"accept": _ACCEPT, "multiple": True})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return all files of the field."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class PapersField(forms.Field):
    """Several papers; cleans to a list of `CleanPaper`. The limits stand under the control."""

    widget = PapersInput

    def __init__(self, *, label: Any = _PAPERS, hint: Any = "", required: bool = True) -> None:
        limits = gettext_lazy(
            "Photos or PDF, up to %(files)d at once, each up to %(megabytes)d MB, a PDF up to"
            " %(pages)d pages. Place, time and camera of a photo are not kept."
        )
        text = format_lazy("{}{}{}", hint, " " if hint else "", _Limits(limits))
        super().__init__(
            label=label,
            required=required,
            help_text=text,
            error_messages={"required": gettext_lazy("Choose at least one photo or PDF.")},
        )

    def clean(self, value: Any) -> list[CleanPaper]:
        """Make every file harmless; what is refused is named, each with its reason."""
        files = list(value or [])
        if not files and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        cleaned, wrong = read_papers(files)
        if wrong:
            raise ValidationError(wrong)
        return cleaned


def read_papers(files: Sequence[Any]) -> tuple[list[CleanPaper], list[ValidationError]]:
    """Return the clean copies of uploaded files, and what is wrong with the other ones."""
    if len(files) > MOST_AT_ONCE:
        text = gettext("These are %(files)d files. Send up to %(most)d at once, then the rest.")
        figures = {"files": len(files), "most": MOST_AT_ONCE}
        return [], [ValidationError(text % figures, code="too_many")]
    cleaned, wrong = [], []
    for file in files:
        name = file.name or ""
        try:
            if isinstance(file, TooLargeUpload):
                raise Unclean("too_large")
            cleaned.append(papers.make_clean(file.read(), name=name))
        except Unclean as problem:
            text = gettext("“%(name)s”: %(words)s") % {
                "name": harmless_name(name),
                "words": problem_words(problem),
            }
            wrong.append(ValidationError(text, code=problem.code))
    return cleaned, wrong


def too_many_words() -> str:
    """Return what is said where no more papers fit: the words themselves go without them."""
    return gettext("There are as many papers as there may be. Send the words without them.")


class _Limits:
    """The sentence about the limits, worked out when it is read."""

    def __init__(self, text: Any) -> None:
        self.text = text

    def __str__(self) -> str:
        return str(self.text) % {**papers.limits(), "files": MOST_AT_ONCE}


def kept_as_draft(
    form: forms.Form, *, draft: str, subject_id: int | None, actor: Actor, told: str
) -> bool:
    """Keep the papers that came with a form, whatever else is wrong with it.

    Say whether there was room; where there was none, the form says so in these words.
    """
    found = form.cleaned_data.get("papers") or []
    try:
        papers.keep_draft(papers=found, draft=draft, subject_id=subject_id, actor=actor)
    except papers.TooMany:
        form.add_error("papers", told)
        return False
    return True
