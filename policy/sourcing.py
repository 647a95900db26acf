"""Reading where a value of a policy file comes from, and for which days it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from policy.forms import Form
from policy.values import Document, Source, Standing

KEYS_OF_SOURCE = ("from", "to", "document", "clause", "decided_by", "note", "note_zh")
NEEDED = ("from", "document", "clause")
# An assumption says who may change it, and in plain words what it is.
NEEDED_OF_ASSUMED = (*NEEDED, "decided_by", "note", "note_zh")
DECIDERS = ("area", "province", "national")


@dataclass(frozen=True, slots=True)
class Sourced:
    """A source, and whether it ends with its notice."""

    source: Source
    until_notice: bool


def read_source(
    form: Form,
    documents: Mapping[str, Document],
    *,
    section: str,
    where: str,
    raw: Mapping[object, object],
) -> Sourced | None:
    """The source of one item of a section (stated, assumed, open); None where it is refused."""
    before = len(form.problems)
    _check_texts(form, section=section, where=where, raw=raw)
    if len(form.problems) > before:
        return None
    document = _document(form, documents, where=where, raw=raw)
    _check_decider(form, section=section, where=where, raw=raw)
    begins = None if raw["from"] == "always" else form.day(f"{where}.from", raw["from"])
    ends = _last_day(form, document, where=where, raw=raw)
    if begins and ends and ends < begins:
        form.refuse(f"{where}.to", "is before from")
    if document is None or len(form.problems) > before:
        return None
    source = Source(
        document=document.id,
        number=document.number,
        clause=str(raw["clause"]),
        standing=cast("Standing", section),
        decided_by=cast("str | None", raw.get("decided_by")),
        note=cast("str | None", raw.get("note")),
        note_zh=cast("str | None", raw.get("note_zh")),
        begins=begins,
        ends=ends,
    )
    return Sourced(source=source, until_notice=raw.get("to") == "notice")


def _check_texts(form: Form, *, section: str, where: str, raw: Mapping[object, object]) -> None:
    for part in NEEDED_OF_ASSUMED if section == "assumed" else NEEDED:
        if part not in raw:
            form.refuse(f"{where}.{part}", "is missing")
    for part in KEYS_OF_SOURCE[2:]:
        if part in raw and not (isinstance(raw[part], str) and str(raw[part]).strip()):
            form.refuse(f"{where}.{part}", f"{raw[part]!r} is not text")


def _document(
    form: Form, documents: Mapping[str, Document], *, where: str, raw: Mapping[object, object]
) -> Document | None:
    document = documents.get(str(raw["document"]))
    if document is None:
        form.refuse(f"{where}.document", f"no file lists a document {raw['document']!r}")
    elif not str(raw["clause"]).startswith(f"{document.id}-"):
        form.refuse(f"{where}.clause", f"must begin with {document.id}-")
    return document


def _check_decider(form: Form, *, section: str, where: str, raw: Mapping[object, object]) -> None:
    if section != "assumed" and "decided_by" in raw:
        form.refuse(f"{where}.decided_by", "only an assumed value has one")
    elif section == "assumed" and raw["decided_by"] not in DECIDERS:
        form.refuse(
            f"{where}.decided_by", f"{raw['decided_by']!r} is not one of {', '.join(DECIDERS)}"
        )


def _last_day(
    form: Form, document: Document | None, *, where: str, raw: Mapping[object, object]
) -> date | None:
    if "to" not in raw:
        return None
    if raw["to"] != "notice":
        return form.day(f"{where}.to", raw["to"])
    if document is not None and document.valid_to is None:
        form.refuse(f"{where}.to", f"the document {document.id} has no valid_to")
    return document.valid_to if document else None
