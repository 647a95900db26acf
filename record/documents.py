"""PDF documents that the portal hands out, and whether one that somebody shows is genuine.

A document is typeset by typst from a room's template (`<room>/typst/*.typ`) and data; the data
comes in as JSON and is never read as markup. It carries a number and a check code, which is the
beginning of a hash over its number and its data: who has the paper can ask whether the two belong
together, who has the file, whether it is one of ours (`is_genuine`, `is_genuine_file`). Nothing
else is told. The document itself is not kept.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import qrcode
import qrcode.image.svg
import typst
from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext

from .models import Document
from .operations import Actor, audit, operation

ROOT = settings.BASE_DIR
FONTS = ROOT / "record" / "fonts"
FONT = "Noto Sans CJK SC"
#: Stands for a character that the font does not have, as printers do it.
MISSING_GLYPH = "〓"

#: No letter or digit that is taken for another one when read aloud or from paper.
_ALPHABET = "23456789ABCDEFGHJKMNPQRTUVWXYZ"
_NUMBER_LENGTH = _CHECK_LENGTH = 12
#: An uploaded file that is larger is none of ours.
LARGEST_FILE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Issued:
    """A document ready to be handed out."""

    number: str
    check: str
    pdf: bytes


@operation
def _issue(
    *,
    kind: str,
    template: Path,
    data: Mapping[str, Any],
    person_id: int,
    area: str,
    day: date,
    actor: Actor,
) -> Issued:
    number = "".join(secrets.choice(_ALPHABET) for _ in range(_NUMBER_LENGTH))
    check = check_code(number, data)
    pdf = typeset(
        template,
        {
            **data,
            "document": {
                "number_label": gettext("Document number"),
                "number": grouped(number),
                "check_label": gettext("Check code"),
                "check": grouped(check),
                "day": day.isoformat(),
                "verify": gettext("Is it genuine? Ask at %(address)s") % {"address": verify_url()},
                "qr": _qr(verify_url(number, check)),
                "page": gettext("Page"),
            },
        },
    )
    Document.objects.create(
        number=number,
        kind=kind,
        person_id=person_id,
        check_code=check,
        sha256=hashlib.sha256(pdf).hexdigest(),
    )
    audit(
        actor=actor,
        verb=f"document.{kind}",
        area=area,
        subject_id=person_id,
        record=f"document:{number}",
    )
    return Issued(number=number, check=check, pdf=pdf)


def issue(
    *,
    kind: str,
    template: Path,
    data: Mapping[str, Any],
    person_id: int,
    area: str,
    day: date,
    actor: Actor,
) -> Issued:
    """Typeset a document about a person, keep its number and hashes, and return it."""
    issued = _issue(
        kind=kind,
        template=template,
        data=data,
        person_id=person_id,
        area=area,
        day=day,
        actor=actor,
    )
    assert isinstance(issued, Issued), "issuing a document is refused by no rule"
    return issued


def is_genuine(number: str, check: str) -> bool:
    """Say whether a number and a check code, as somebody typed them, belong together."""
    number, check = _plain(number), _plain(check)
    if len(number) != _NUMBER_LENGTH or len(check) != _CHECK_LENGTH:
        return False
    return Document.objects.filter(number=number, check_code=check).exists()


def is_genuine_file(content: bytes) -> bool:
    """Say whether a file is, byte for byte, a document that was handed out."""
    return Document.objects.filter(sha256=hashlib.sha256(content).hexdigest()).exists()


def issued_today(*, person_id: int, kinds: tuple[str, ...], day: date) -> int:
    """Return how many documents of these kinds a person was handed out on a day."""
    return Document.objects.filter(person_id=person_id, kind__in=kinds, issued_at__date=day).count()


def check_code(number: str, data: Mapping[str, Any]) -> str:
    """Return the check code of a document: from a hash over its number and all that it says."""
    said = json.dumps([number, data], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    value = int.from_bytes(hashlib.sha256(said.encode()).digest())
    return "".join(
        _ALPHABET[value // len(_ALPHABET) ** place % len(_ALPHABET)]
        for place in range(_CHECK_LENGTH)
    )


def grouped(code: str) -> str:
    """Write a number or check code in groups of four, as it is printed."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def verify_url(number: str = "", check: str = "") -> str:
    """Return the public address at which a document is verified, filled in where given."""
    address = f"{settings.PUBLIC_URL}{reverse('portal:verify')}"
    return f"{address}?{urlencode({'number': number, 'check_code': check})}" if number else address


def typeset(template: Path, data: Mapping[str, Any]) -> bytes:
    """Return a tagged PDF of a template with its data, in the portal's own font."""
    chinese = (get_language() or "").startswith("zh")
    given = json.dumps({**data, "lang": "zh" if chinese else "en"}, ensure_ascii=False)
    pdf = typst.compile(
        str(template),
        root=str(ROOT),
        font_paths=_fonts(),
        sys_inputs={"data": printable(given)},
        pdf_standards=["ua-1"],
    )
    assert isinstance(pdf, bytes), "without an output file, typst returns what it made"
    return pdf


def printable(text: str) -> str:
    """Put the printers' mark in place of what the font has no glyph for."""
    covered = _covered()
    return "".join(
        character if ord(character) < 128 or ord(character) in covered else MISSING_GLYPH
        for character in text
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


@cache
def _covered() -> frozenset[int]:
    """Return the characters that the font has, as tools/build-font wrote them down."""
    covered: set[int] = set()
    for part in (FONTS / "covered.txt").read_text().split():
        first, _, last = part.partition("-")
        covered.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(covered)


def _plain(code: str) -> str:
    """A code as people type it: without blanks and dashes, in capitals."""
    return re.sub(r"[\s-]+", "", code).upper()


def _qr(text: str) -> str:
    """Return a QR code as SVG."""
    picture = qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, border=0)
    out = io.BytesIO()
    picture.save(out)
    return out.getvalue().decode()
