"""`./run messages`: collect the texts that want a translation.

The sources are English. Django's own `templatize` turns a template into something that Babel can
read; nothing here needs the gettext programs.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from launcher import translations
from launcher.places import ROOT

LOCALES = ("zh_Hans",)
ROOMS = (
    "config", "portal", "desk", "oversight", "clearing", "claims", "families", "accounts",
    "members", "policy", "record",
)  # fmt: skip
# The functions of gettext and their lazy forms, with the places of their arguments.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

_STRING = r"""(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
# A call of gettext with strings, as `templatize` writes it; a plural's count is left out.
CALL = re.compile(rf"(?<![A-Za-z])(_|n?p?gettext)\(\s*u?({_STRING}(?:\s*,\s*u?{_STRING})*)")


@dataclass(frozen=True)
class Text:
    """A text of the sources that people see."""

    message: str | tuple[str, ...]
    context: str | None
    file: str
    line: int


def catalogue(locale: str) -> Path:
    """The .po file of a locale."""
    return ROOT / "locale" / locale / "LC_MESSAGES" / "django.po"


def texts() -> Iterator[Text]:
    """Every text of the rooms' Python files and of all templates, in a fixed order."""
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in file.parts:
                yield from _extract(file, file.read_text(encoding="utf-8"))
    for folder in (ROOT / "templates", *(ROOT / room / "templates" for room in ROOMS)):
        for file in sorted(path for path in folder.rglob("*") if path.suffix in {".html", ".txt"}):
            yield from _extract(file, _templatized(file))


def _templatized(file: Path) -> str:
    # Imported here: compiling translations at each start does without Django.
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    if not settings.configured:
        settings.configure(
            TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
            USE_I18N=True,
        )
        django.setup()
    from django.utils.translation.template import templatize  # noqa: PLC0415

    calls = templatize(file.read_text(encoding="utf-8"), origin=str(file))
    # Between its calls of gettext the result is filler that is no Python; the calls alone are,
    # and each keeps its line.
    return "\n".join(
        "; ".join(f"{call[1]}({call[2]})" for call in CALL.finditer(line))
        for line in calls.split("\n")
    )


def _extract(file: Path, source: str) -> Iterator[Text]:
    found = extract(
        "python",
        io.BytesIO(source.encode()),
        keywords=KEYWORDS,
        options={"encoding": "utf-8"},
    )
    for line, message, _, context in found:
        if message and (message if isinstance(message, str) else message[0]):
            yield Text(
                message=message, context=context, file=str(file.relative_to(ROOT)), line=line
            )


def collected() -> Catalog:
    """The template catalogue of all texts. Line numbers are left out: they change too often."""
    catalog = Catalog(charset="utf-8")
    for text in texts():
        catalog.add(text.message, locations=[(text.file, 0)], context=text.context)
    return catalog


def read_catalogue(locale: str) -> Catalog:
    """The catalogue of a locale, empty where there is none."""
    file = catalogue(locale)
    if not file.exists():
        return Catalog(locale=locale, charset="utf-8")
    with file.open("rb") as opened:
        return read_po(opened, locale=locale)


def untranslated(locale: str) -> list[str]:
    """The texts without a sure translation, each with the file that uses it."""
    known = read_catalogue(locale)
    missing = []
    for message in collected():
        if not message.id:
            continue
        translation = known.get(message.id, message.context)
        strings = translation.string if translation else ""
        given = all(strings) if isinstance(strings, tuple) else bool(strings)
        if translation is None or not given or translation.fuzzy:
            missing.append(f"{message.locations[0][0]}: {message.id!r}")
    return missing


def run(arguments: list[str]) -> int:
    """Bring the catalogues up to date with the sources; gone texts are dropped."""
    fresh = collected()
    for locale in LOCALES:
        known = read_catalogue(locale)
        known.update(fresh, no_fuzzy_matching=True)
        known.obsolete.clear()
        file = catalogue(locale)
        file.parent.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        write_po(buffer, known, sort_output=True, ignore_obsolete=True, width=96, omit_header=False)
        file.write_bytes(_steady(buffer.getvalue()))
        missing = untranslated(locale)
        print(f"{file.relative_to(ROOT)}: {len(known)} texts, {len(missing)} without translation")
    translations.compile_all()
    return 0


def _steady(catalogue_text: bytes) -> bytes:
    """The catalogue without the dates and names that would change it at each run."""
    drop = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Last-Translator', b'"Language-Team')
    lines = catalogue_text.splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(drop))
