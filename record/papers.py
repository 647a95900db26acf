"""Papers: taken in with care, kept encrypted, and handed out so that no browser runs them.

A room that takes papers puts `record.paper_forms.PapersField` into its form, `keep`s what it gives
in the operation that they belong to, and registers with `guard` which area a thing of its kind
belongs to. Members see papers about themselves, staff those of their areas (`members.papers`).
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from . import cleaning, vault
from .operations import Actor, audit
from .paper_model import Paper
from .rolls import mask

__all__ = ["CleanPaper", "Paper", "Unclean", "keep", "keep_draft", "make_clean", "papers_of"]

Unclean = cleaning.Unclean

DRAFT = "draft"
#: What was uploaded and never handed in is deleted after this time.
DRAFTS_KEPT = timedelta(days=1)
#: Papers that one thing can have, and that one user can hand in on a day.
MOST_FOR_A_THING = 20
MOST_A_DAY = 60

_WORKER = Path(cleaning.__file__)
#: A little more than the process itself may work.
_PATIENCE = cleaning.SECONDS + 8
#: Uploads that are cleaned at the same time by this process of the portal.
_TURNS = threading.BoundedSemaphore(2)
#: Left-to-right marks, zero-width letters and the like, which make a name look like another one.
_HIDDEN = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}

_CONTENT_TYPES = {Paper.Form.JPEG: "image/jpeg", Paper.Form.PDF: "application/pdf"}
_SUFFIXES = {Paper.Form.JPEG: "jpg", Paper.Form.PDF: "pdf"}


@dataclass(frozen=True, slots=True)
class CleanPaper:
    """A paper that was made harmless and is not kept yet."""

    title: str
    form: str
    content: bytes
    sent_sha256: str
    width: int = 0
    height: int = 0
    pages: int = 1


class TooMany(Exception):
    """The thing, or the user today, has as many papers as there may be."""


# --- taking in ------------------------------------------------------------------------------------


def make_clean(content: bytes, *, name: str) -> CleanPaper:
    """Return a harmless copy of an upload, made by a process of its own. Raises Unclean."""
    if not content:
        raise Unclean("empty")
    if len(content) > cleaning.MAX_BYTES:
        raise Unclean("too_large")
    if cleaning.form_of(content) is None:
        raise Unclean("not_allowed", looks_like=cleaning.looks_like(content))
    with _TURNS:
        done = _run(content)
    head, _, copy = done.partition(b"\n")
    facts = json.loads(head)
    return CleanPaper(
        title=harmless_name(name),
        content=copy,
        sent_sha256=hashlib.sha256(content).hexdigest(),
        **facts,
    )


def _run(content: bytes) -> bytes:
    try:
        ran = subprocess.run(
            [sys.executable, "-I", str(_WORKER)],
            input=content,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unclean("too_complex") from None
    if ran.returncode == 0:
        return ran.stdout
    if ran.returncode == 3:
        told: dict[str, Any] = json.loads(ran.stdout)
        raise Unclean(told.pop("code"), **told)
    # It ran out of memory or time, or a decoder crashed: the process is gone and we are not.
    raise Unclean("too_complex")


def harmless_name(name: str) -> str:
    """Return a file's name as people may see it: no folders, no hidden letters, no ID number."""
    plain = "".join(
        " " if unicodedata.category(letter) in _HIDDEN else letter
        for letter in unicodedata.normalize("NFKC", name)
    )
    last = re.split(r"[/\\]", plain)[-1]
    return mask(" ".join(last.split()).strip(". "))[:80] or "—"


def keep(
    *,
    papers: Iterable[CleanPaper],
    kind: str,
    thing: object,
    subject_id: int | None,
    actor: Actor,
) -> list[Paper]:
    """Keep papers for a thing, in the caller's transaction. Raises TooMany.

    The same file twice for the same thing is kept once.
    """
    wanted = list({paper.sent_sha256: paper for paper in papers}.values())
    there = set(papers_of(kind, thing).values_list("sent_sha256", flat=True))
    new = [paper for paper in wanted if paper.sent_sha256 not in there]
    if len(there) + len(new) > MOST_FOR_A_THING or _today(actor) + len(new) > MOST_A_DAY:
        raise TooMany
    kept = [_row(paper, kind, str(thing), subject_id, actor) for paper in new]
    Paper.objects.bulk_create(kept)
    if kept and kind != DRAFT:
        _audit_kept(kept, kind, thing, subject_id, actor)
    return kept


def keep_draft(
    *, papers: Iterable[CleanPaper], draft: str, subject_id: int | None, actor: Actor
) -> list[Paper]:
    """Keep papers of something that is not handed in yet; what others left long ago goes."""
    old = timezone.now() - DRAFTS_KEPT
    Paper.objects.filter(kind=DRAFT, at__lt=old).delete()
    return keep(papers=papers, kind=DRAFT, thing=draft, subject_id=subject_id, actor=actor)


def drafts(draft: str) -> QuerySet[Paper]:
    """Return the papers of something that is not handed in yet."""
    return papers_of(DRAFT, draft)


def drop_draft(*, draft: str, key: UUID | None = None) -> int:
    """Take back one paper, or all, of something that is not handed in yet."""
    found = drafts(draft)
    if key is not None:
        found = found.filter(key=key)
    return found.delete()[0]


def hand_in(
    *, draft: str, kind: str, thing: object, subject_id: int | None, actor: Actor
) -> list[Paper]:
    """Hand the papers of a draft in with what they belong to, in the caller's transaction."""
    there = papers_of(kind, thing).values_list("sent_sha256", flat=True)
    waiting = drafts(draft).exclude(sent_sha256__in=list(there))
    found = list(waiting)
    waiting.update(kind=kind, thing=str(thing), subject_id=subject_id)
    drafts(draft).delete()
    if found:
        _audit_kept(found, kind, thing, subject_id, actor)
    return found


def papers_of(kind: str, thing: object) -> QuerySet[Paper]:
    """Return the papers of a thing, oldest first, without their content."""
    return Paper.objects.filter(kind=kind, thing=str(thing)).defer("sealed").order_by("pk")


def _row(paper: CleanPaper, kind: str, thing: str, subject_id: int | None, actor: Actor) -> Paper:
    row = Paper(
        kind=kind,
        thing=thing,
        subject_id=subject_id,
        title=paper.title,
        form=paper.form,
        pages=paper.pages,
        width=paper.width,
        height=paper.height,
        size=len(paper.content),
        sha256=hashlib.sha256(paper.content).hexdigest(),
        sent_sha256=paper.sent_sha256,
        by_id=actor.user_id,
        by_name=actor.name,
    )
    row.sealed = vault.seal(paper.content, about=_about(row))
    return row


def _today(actor: Actor) -> int:
    if actor.user_id is None:
        return 0
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Paper.objects.filter(by_id=actor.user_id, at__gte=midnight).count()


def _audit_kept(
    papers: Sequence[Paper], kind: str, thing: object, subject_id: int | None, actor: Actor
) -> None:
    audit(
        actor=actor,
        verb="papers.keep",
        subject_id=subject_id,
        record=f"{kind}:{thing}",
        data={"papers": [str(paper.key) for paper in papers]},
    )


def _about(paper: Paper) -> bytes:
    return b"paper:" + paper.key.bytes


# --- handing out ----------------------------------------------------------------------------------

#: Kind of thing → the area that a thing of it belongs to now, by its id; "" where it is gone.
_GUARDS: dict[str, Callable[[str], str]] = {}


def guard(kind: str, area_of: Callable[[str], str]) -> None:
    """Say to which area the papers of a kind of thing belong: staff of that area may look."""
    _GUARDS[kind] = area_of


def kinds() -> list[str]:
    """Return the kinds of things that papers are handed in for."""
    return sorted(_GUARDS)


def area_of(paper: Paper) -> str:
    """Return the area whose staff may look at a paper, or "" where none may."""
    find = _GUARDS.get(paper.kind)
    return find(paper.thing) if find else ""


def attachment(paper: Paper) -> HttpResponse:
    """Return a paper to be saved: no browser shows it inside the portal."""
    answer = _answer(paper)
    name = f"paper-{paper.key.hex[:12]}.{_SUFFIXES[Paper.Form(paper.form)]}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def preview(paper: Paper) -> HttpResponse:
    """Return a photo to be looked at on a page of staff: pixels that were drawn anew, no more."""
    assert paper.is_photo, "only photos are shown"
    answer = _answer(paper)
    answer["Content-Disposition"] = "inline"
    return answer


def _answer(paper: Paper) -> HttpResponse:
    content = vault.unseal(paper.sealed, about=_about(paper))
    answer = HttpResponse(content, content_type=_CONTENT_TYPES[Paper.Form(paper.form)])
    # Should a browser open it all the same, it may run nothing, load nothing and send nothing.
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer


def limits() -> dict[str, int]:
    """Return the limits that a page tells before anybody chooses a file."""
    return {
        "megabytes": cleaning.MAX_BYTES // (1024 * 1024),
        "pages": cleaning.MAX_PAGES,
        "together": settings.UPLOAD_KEPT_BYTES // (1024 * 1024),
    }
