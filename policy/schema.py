"""Reading one policy file: what it may hold, and every reason to refuse it.

A file is read whole, so that all its problems are told at once. See `docs/how-to-add-an-area.md`
for the form.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import cast

from policy import kinds
from policy.checks import OutpatientCheck, read_check
from policy.figures import FIGURE_KEYS
from policy.keys import DEPOSIT_RATES, KEYS, Key
from policy.kinds import Refused
from policy.prices import CellRow, NoAccountRow, read_cell, read_no_account
from policy.strictyaml import read_yaml
from policy.values import NATIONAL, Area, Dated, Document, Problem, Source, Standing

TOP = ("scope", "areas", "documents", "stated", "assumed", "open", "takes_over", "checks")
SOURCE = ("from", "to", "document", "clause", "decided_by", "note", "note_zh")
DECIDERS = ("area", "province", "national")
KEYED = ("premiums", "premium_amount")
# What only figures give, or only the national file.
NOT_IN_FILES = ("in_force_until",)


@dataclass
class PolicyFile:
    """What one file says. `open` holds the keys that its notices leave open, with the clause."""

    name: str
    scope: str
    areas: list[Area] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    values: dict[str, list[Dated]] = field(default_factory=dict)
    cells: list[CellRow] = field(default_factory=list)
    no_account: list[NoAccountRow] = field(default_factory=list)
    open: dict[str, Source] = field(default_factory=dict)
    takes_over: frozenset[str] = frozenset()
    checks: list[OutpatientCheck] = field(default_factory=list)


class FileReader:
    """Reads one file and collects what is wrong with it in `problems`."""

    def __init__(self, path: Path, *, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.raw, found = read_yaml(path, name=name)
        self.problems += found
        self.file = PolicyFile(name=name, scope=NATIONAL if path.stem == "national" else path.stem)

    def refuse(self, key: str, reason: str) -> None:
        self.problems.append(Problem(self.name, key, reason))

    def read_documents(self) -> None:
        """The first pass: the head and the documents, which values of any file may cite."""
        raw = self.raw
        if raw is None and self.problems:
            return
        if not isinstance(raw, Mapping):
            self.refuse("", "does not hold keys and values")
            self.raw = None
            return
        for key in raw:
            if key not in TOP:
                self.refuse(str(key), f"unknown key; there are {', '.join(TOP)}")
        for key in ("scope", "documents", "stated"):
            if key not in raw:
                self.refuse(key, "is missing")
        if "scope" in raw and raw["scope"] != self.file.scope:
            self.refuse("scope", f"must be {self.file.scope!r} (in quotes) as in the file's name")
        if not re.fullmatch(r"\d{2}|\d{6}", self.file.scope):
            self.refuse("", "is named neither by a six-digit area nor by a two-digit province")
        for index, item in enumerate(self.items(raw, "areas")):
            self.read_area(f"areas[{index}]", item)
        for name, item in self.mapping(raw, "documents").items():
            self.read_document(f"documents.{name}", str(name), item)

    def read_area(self, key: str, raw: object) -> None:
        given = self.texts(key, raw, needed=("code", "name", "name_en"))
        if given is None:
            return
        code = given["code"]
        if not re.fullmatch(r"\d{6}", code):
            self.refuse(f"{key}.code", f"{code!r} is not six digits in quotes")
        elif not code.startswith(self.file.scope):
            self.refuse(f"{key}.code", f"{code} does not belong to {self.file.scope}")
        else:
            self.file.areas.append(
                Area(code=code, name=given["name"], name_en=given["name_en"], province=code[:2])
            )

    def read_document(self, key: str, name: str, raw: object) -> None:
        if not isinstance(raw, Mapping):
            self.refuse(key, "is not a mapping")
            return
        days: dict[str, date | None] = {"valid_from": None, "valid_to": None}
        for part in days:
            if part in raw:
                days[part] = self.day(f"{key}.{part}", raw[part])
        rest = {part: item for part, item in raw.items() if part not in days}
        if isinstance(rest.get("issued"), date):
            rest["issued"] = rest["issued"].isoformat()
        given = self.texts(
            key, rest, needed=("number", "title", "title_en", "issued"), empty="number"
        )
        if given is None:
            return
        if not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", given["issued"]):
            self.refuse(f"{key}.issued", f"{given['issued']!r} is not YYYY-MM-DD (or YYYY-MM)")
        self.file.documents[name] = Document(
            id=name,
            number=given["number"],
            title=given["title"],
            title_en=given["title_en"],
            issued=given["issued"],
            valid_from=days["valid_from"],
            valid_to=days["valid_to"],
        )

    def read_values(self, documents: Mapping[str, Document]) -> None:
        """The second pass: all values, each with a source among the book's documents."""
        if not isinstance(self.raw, Mapping):
            return
        self.documents = documents
        for section in ("stated", "assumed"):
            for key, items in self.mapping(self.raw, section).items():
                self.read_key(section, str(key), items)
        for key, raw in self.mapping(self.raw, "open").items():
            self.read_open(f"open.{key}", str(key), raw)
        listed = self.items(self.raw, "takes_over")
        for item in listed:
            if not isinstance(item, str) or item not in KEYS or not KEYS[item].everywhere:
                self.refuse("takes_over", f"{item!r} is not a key that the national file reads")
        names = [item for item in listed if isinstance(item, str)]
        if len(set(names)) != len(names):
            self.refuse("takes_over", "a key is in the list twice")
        self.file.takes_over = frozenset(names)
        for index, raw in enumerate(self.items(self.raw, "checks")):
            try:
                self.file.checks.append(read_check(raw))
            except Refused as error:
                self.refuse_inside(f"checks[{index}]", error)

    def read_key(self, section: str, key: str, raw: object) -> None:
        path = f"{section}.{key}"
        if key in KEYED:
            if not isinstance(raw, Mapping):
                self.refuse(path, "is not a mapping by product")
                return
            for product, items in raw.items():
                self.read_key(section, f"{key}.{product}", items)
            return
        if not isinstance(raw, list) or not raw:
            self.refuse(path, "is not a list of dated values")
            return
        for index, item in enumerate(raw):
            where = f"{path}[{index}]"
            if not isinstance(item, Mapping):
                self.refuse(where, "is not a mapping")
            elif key == "tariff":
                self.read_row(section, where, item, kind="cell")
            elif key == "no_account":
                self.read_row(section, where, item, kind="no_account")
            elif key not in KEYS or key in NOT_IN_FILES:
                self.refuse(path, "unknown key")
                return
            elif (key == DEPOSIT_RATES.name) and self.file.scope != NATIONAL:
                self.refuse(path, "belongs to the national file")
                return
            else:
                self.read_value(section, where, KEYS[key], item)

    def read_value(
        self, section: str, where: str, key: Key[object], raw: Mapping[object, object]
    ) -> None:
        rest = {part: item for part, item in raw.items() if part not in SOURCE}
        for part in rest:
            if part != "value":
                self.refuse(f"{where}.{part}", "unknown key")
        source, until_notice = self.source(section, where, raw)
        if "value" not in raw:
            self.refuse(f"{where}.value", "is missing")
            return
        try:
            value = key.read(raw["value"])
        except Refused as error:
            self.refuse_inside(f"{where}.value", error)
            return
        if source is not None:
            dated = Dated(value=value, source=source, until_notice=until_notice)
            self.file.values.setdefault(key.name, []).append(dated)

    def read_row(
        self, section: str, where: str, raw: Mapping[object, object], *, kind: str
    ) -> None:
        source, until_notice = self.source(section, where, raw)
        rest = {str(part): item for part, item in raw.items() if part not in SOURCE}
        try:
            if kind == "cell":
                cell = read_cell(rest, source=source, until_notice=until_notice)
                if cell is not None:
                    self.file.cells.append(cell)
            else:
                rule = read_no_account(rest, source=source)
                if rule is not None:
                    self.file.no_account.append(rule)
        except Refused as error:
            self.refuse_inside(where, error)

    def read_open(self, where: str, key: str, raw: object) -> None:
        if key not in FIGURE_KEYS or not isinstance(raw, Mapping):
            self.refuse(where, "is not a figure that staff can enter, with its source")
            return
        extra = [part for part in raw if part not in ("document", "clause", "note", "note_zh")]
        for part in extra:
            self.refuse(f"{where}.{part}", "unknown key")
        source, _ = self.source("open", where, {**raw, "from": "always"})
        if source is not None:
            self.file.open[key] = source

    def source(
        self, section: str, where: str, raw: Mapping[object, object]
    ) -> tuple[Source | None, bool]:
        """The source of an item, and whether it ends with its notice."""
        before = len(self.problems)
        needed = ["from", "document", "clause"]
        if section == "assumed":
            needed += ["decided_by", "note", "note_zh"]
        for part in needed:
            if part not in raw:
                self.refuse(f"{where}.{part}", "is missing")
        for part in ("document", "clause", "decided_by", "note", "note_zh"):
            if part in raw and not (isinstance(raw[part], str) and str(raw[part]).strip()):
                self.refuse(f"{where}.{part}", "is not text")
        if len(self.problems) > before:
            return None, False
        document = self.documents.get(str(raw["document"]))
        if document is None:
            self.refuse(f"{where}.document", f"no file lists a document {raw['document']!r}")
        elif not str(raw["clause"]).startswith(f"{document.id}-"):
            self.refuse(f"{where}.clause", f"must begin with {document.id}-")
        if section != "assumed" and "decided_by" in raw:
            self.refuse(f"{where}.decided_by", "only an assumed value has one")
        elif section == "assumed" and raw["decided_by"] not in DECIDERS:
            self.refuse(f"{where}.decided_by", f"is not one of {', '.join(DECIDERS)}")
        begins = None if raw["from"] == "always" else self.day(f"{where}.from", raw["from"])
        until_notice = raw.get("to") == "notice"
        ends = None
        if until_notice:
            ends = document.valid_to if document else None
            if document and ends is None:
                self.refuse(f"{where}.to", f"the document {document.id} has no valid_to")
        elif "to" in raw:
            ends = self.day(f"{where}.to", raw["to"])
        if begins and ends and ends < begins:
            self.refuse(f"{where}.to", "is before from")
        if document is None or len(self.problems) > before:
            return None, False
        found = Source(
            document=document.id,
            number=document.number,
            clause=str(raw["clause"]),
            standing=cast(Standing, section),
            decided_by=cast("str | None", raw.get("decided_by")),
            note=cast("str | None", raw.get("note")),
            note_zh=cast("str | None", raw.get("note_zh")),
            begins=begins,
            ends=ends,
        )
        return found, until_notice

    def day(self, where: str, raw: object) -> date | None:
        try:
            return kinds.day(raw)
        except Refused as error:
            self.refuse(where, error.reason)
            return None

    def texts(
        self, key: str, raw: object, *, needed: tuple[str, ...], empty: str = ""
    ) -> dict[str, str] | None:
        """A mapping with exactly these texts, or None where something is wrong with it."""
        before = len(self.problems)
        if not isinstance(raw, Mapping):
            self.refuse(key, f"is not a mapping of {', '.join(needed)}")
            return None
        for part in raw:
            if part not in needed:
                self.refuse(f"{key}.{part}", "unknown key")
        for part in needed:
            if part not in raw:
                self.refuse(f"{key}.{part}", "is missing")
            elif not isinstance(raw[part], str) or (part != empty and not raw[part].strip()):
                self.refuse(f"{key}.{part}", f"{raw[part]!r} is not text")
        return None if len(self.problems) > before else dict(raw)

    def items(self, raw: Mapping[object, object], key: str) -> list[object]:
        found = raw.get(key, [])
        if isinstance(found, list):
            return found
        self.refuse(key, "is not a list")
        return []

    def mapping(self, raw: Mapping[object, object], key: str) -> Mapping[object, object]:
        found = raw.get(key, {})
        if isinstance(found, Mapping):
            return found
        self.refuse(key, "is not a mapping")
        return {}

    def refuse_inside(self, where: str, error: Refused) -> None:
        self.refuse(f"{where}.{error.where}" if error.where else where, error.reason)
