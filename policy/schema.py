"""Reading one policy file: what it may hold, and every reason to refuse it.

A file is read whole, so that all its problems are told at once. See `docs/how-to-add-an-area.md`
for the form.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from policy.checks import OutpatientCheck, read_check
from policy.figures import FIGURE_KEYS
from policy.forms import Form
from policy.keys import DEPOSIT_RATES, IN_FORCE_UNTIL, KEYS, Key
from policy.kinds import KindError
from policy.prices import CellRow, NoAccountRow, read_cell, read_no_account
from policy.sourcing import KEYS_OF_SOURCE, read_source
from policy.strictyaml import read_yaml
from policy.values import NATIONAL, Area, Dated, Document, Source

TOP = ("scope", "areas", "documents", "stated", "assumed", "open", "takes_over", "checks")
BY_PRODUCT = ("premiums", "premium_amount")


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


class FileReader(Form):
    """Reads one file in two passes: first its documents, then its values, which may cite the
    documents of any file."""

    def __init__(self, path: Path, *, name: str) -> None:
        super().__init__(name)
        self.file = PolicyFile(name=name, scope=NATIONAL if path.stem == "national" else path.stem)
        self.documents: Mapping[str, Document] = {}
        found, self.problems = read_yaml(path, name=name)
        self.raw: Mapping[object, object] = {}
        if isinstance(found, Mapping):
            self.raw = found
        elif not self.problems:
            self.refuse("", "does not hold keys and values")

    def read_head(self) -> None:
        """The first pass: the scope, the areas and the documents."""
        if not self.raw:
            return
        for key in self.raw:
            if key not in TOP:
                self.refuse(str(key), f"unknown key; there are {', '.join(TOP)}")
        for key in ("scope", "documents", "stated"):
            if key not in self.raw:
                self.refuse(key, "is missing")
        if not re.fullmatch(r"\d{2}|\d{6}", self.file.scope):
            self.refuse("", "is named neither by a six-digit area nor by a two-digit province")
        elif self.raw.get("scope", self.file.scope) != self.file.scope:
            self.refuse("scope", f'must be "{self.file.scope}", in quotes, as in the file\'s name')
        for index, item in enumerate(self.items(self.raw, "areas")):
            self._read_area(f"areas[{index}]", item)
        for name, item in self.mapping(self.raw, "documents").items():
            self._read_document(f"documents.{name}", str(name), item)

    def _read_area(self, key: str, raw: object) -> None:
        given = self.texts(key, raw, needed=("code", "name", "name_en"))
        if given is None:
            return
        code = given["code"]
        if not re.fullmatch(r"\d{6}", code):
            self.refuse(f"{key}.code", f"{code!r} is not six digits")
        elif not code.startswith(self.file.scope):
            self.refuse(f"{key}.code", f"{code} does not belong to {self.file.scope}")
        else:
            self.file.areas.append(
                Area(code=code, name=given["name"], name_en=given["name_en"], province=code[:2])
            )

    def _read_document(self, key: str, name: str, raw: object) -> None:
        if not isinstance(raw, Mapping):
            self.refuse(key, "is not a mapping")
            return
        days = {
            part: self.day(f"{key}.{part}", raw[part])
            for part in ("valid_from", "valid_to")
            if part in raw
        }
        rest = {part: item for part, item in raw.items() if part not in days}
        if isinstance(rest.get("issued"), date):
            rest["issued"] = rest["issued"].isoformat()
        needed = ("number", "title", "title_en", "issued")
        given = self.texts(key, rest, needed=needed, may_be_empty="number")
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
            valid_from=days.get("valid_from"),
            valid_to=days.get("valid_to"),
        )

    def read_values(self, documents: Mapping[str, Document]) -> None:
        """The second pass: all values, each with a source among these documents."""
        self.documents = documents
        for section in ("stated", "assumed"):
            for key, items in self.mapping(self.raw, section).items():
                self._read_key(section, str(key), items)
        for key, raw in self.mapping(self.raw, "open").items():
            self._read_open(f"open.{key}", str(key), raw)
        self._read_takes_over()
        for index, raw in enumerate(self.items(self.raw, "checks")):
            try:
                self.file.checks.append(read_check(raw))
            except KindError as error:
                self.refuse_inside(f"checks[{index}]", error)

    def _read_key(self, section: str, key: str, raw: object) -> None:
        path = f"{section}.{key}"
        if key in BY_PRODUCT:
            if isinstance(raw, Mapping):
                for product, items in raw.items():
                    self._read_key(section, f"{key}.{product}", items)
            else:
                self.refuse(path, "is not a mapping by product")
        elif key not in (*KEYS, "tariff", "no_account") or key == IN_FORCE_UNTIL.name:
            self.refuse(path, "unknown key")
        elif key == DEPOSIT_RATES.name and self.file.scope != NATIONAL:
            self.refuse(path, "belongs to the national file")
        elif not isinstance(raw, list) or not raw:
            self.refuse(path, "is not a list of dated values")
        else:
            for index, item in enumerate(raw):
                self._read_item(section, key, f"{path}[{index}]", item)

    def _read_item(self, section: str, key: str, where: str, raw: object) -> None:
        if not isinstance(raw, Mapping):
            self.refuse(where, "is not a mapping")
            return
        sourced = read_source(self, self.documents, section=section, where=where, raw=raw)
        rest = {str(part): item for part, item in raw.items() if part not in KEYS_OF_SOURCE}
        try:
            if key == "tariff":
                row = read_cell(rest, sourced)
                self.file.cells += [row] if row else []
            elif key == "no_account":
                rule = read_no_account(rest, sourced)
                self.file.no_account += [rule] if rule else []
            else:
                value = _read_value(KEYS[key], rest)
                if sourced is not None:
                    dated = Dated(value, sourced.source, until_notice=sourced.until_notice)
                    self.file.values.setdefault(key, []).append(dated)
        except KindError as error:
            self.refuse_inside(where, error)

    def _read_open(self, where: str, key: str, raw: object) -> None:
        if key not in FIGURE_KEYS or not isinstance(raw, Mapping):
            self.refuse(where, "is not a figure that staff can enter, with its source")
            return
        for part in raw:
            if part not in ("document", "clause", "note", "note_zh"):
                self.refuse(f"{where}.{part}", "unknown key")
        always = {**raw, "from": "always"}
        sourced = read_source(self, self.documents, section="open", where=where, raw=always)
        if sourced is not None:
            self.file.open[key] = sourced.source

    def _read_takes_over(self) -> None:
        names: list[str] = []
        for item in self.items(self.raw, "takes_over"):
            if not isinstance(item, str) or item not in KEYS or not KEYS[item].everywhere:
                self.refuse("takes_over", f"{item!r} is not a key that the national file reads")
            elif item in names:
                self.refuse("takes_over", f"{item} is in the list twice")
            else:
                names.append(item)
        self.file.takes_over = frozenset(names)


def _read_value(key: Key[object], raw: Mapping[str, object]) -> object:
    for part in raw:
        if part != "value":
            raise KindError("unknown key", where=part)
    if "value" not in raw:
        raise KindError("is missing", where="value")
    try:
        return key.read(raw["value"])
    except KindError as error:
        raise error.inside("value") from error
