"""Reading all policy files of a folder and checking them against each other.

The folder holds `national.yaml` and `areas/*.yaml`, one for a province or an area each. Every
problem of every file is collected before any is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from policy.keys import HOME_AREAS, KEYS, OUTPATIENT
from policy.schema import FileReader, PolicyFile
from policy.values import (
    NATIONAL,
    Area,
    Document,
    PolicyError,
    Problem,
    Source,
    covered,
    periods_overlap,
)

ALWAYS = Source(document="", clause="", standing="open")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The policy files as read: by scope, with all areas and documents."""

    files: dict[str, PolicyFile]
    areas: dict[str, Area]
    documents: dict[str, Document]


def load_shelf(root: Path) -> Shelf:
    """Read the folder. Raises `PolicyError` with every problem found."""
    paths = [root / "national.yaml", *sorted((root / "areas").glob("*.y*ml"))]
    readers = [FileReader(path, name=str(path.relative_to(root))) for path in paths]
    documents = _read(readers)
    problems = [problem for reader in readers for problem in reader.problems]
    if len(paths) == 1:
        problems.append(Problem("areas", "", "holds no policy file"))
    files = {reader.file.scope: reader.file for reader in readers}
    areas = {area.code: area for file in files.values() for area in file.areas}
    problems += _areas_problems([reader.file for reader in readers if reader.raw])
    for file in files.values():
        problems += [*_overlaps(file), *_figure_problems(file, areas)]
    # What a file leaves out is only told once all can be read: it would be noise before.
    if not problems:
        problems = _gaps(files, areas)
    if problems:
        raise PolicyError(problems)
    return Shelf(files=files, areas=areas, documents=documents)


def _read(readers: Sequence[FileReader]) -> dict[str, Document]:
    """Read all files, documents first; returns the documents of all."""
    documents: dict[str, Document] = {}
    for reader in readers:
        reader.read_head()
        for name, document in reader.file.documents.items():
            if name in documents:
                reader.refuse(f"documents.{name}", "is listed in another file too")
            documents[name] = document
    for reader in readers:
        reader.read_values(documents)
    return documents


def _areas_problems(files: Sequence[PolicyFile]) -> Iterator[Problem]:
    """Each area is listed once, and each area file's own is listed."""
    listed: set[str] = set()
    for file in files:
        for area in file.areas:
            if area.code in listed:
                yield Problem(file.name, "areas", f"{area.code} is listed twice")
            listed.add(area.code)
    for file in files:
        if len(file.scope) == 6 and file.scope not in listed:
            yield Problem(file.name, "areas", f"no file lists the area {file.scope}")


def _overlaps(file: PolicyFile) -> Iterator[Problem]:
    """No two values of a key, and no two prices of anybody, on the same day."""
    for key, values in file.values.items():
        for one, other in combinations(values, 2):
            if periods_overlap(one.source, other.source):
                days = f"{period(one.source)} and {period(other.source)}"
                yield Problem(file.name, key, f"overlapping dates: {days}")
    for row, later in combinations(file.cells, 2):
        if row.cell.who.overlaps(later.cell.who) and periods_overlap(row.source, later.source):
            both = " and ".join(
                f"{item.cell.who.name} {period(item.source)}" for item in (row, later)
            )
            yield Problem(file.name, "tariff", f"overlapping dates: {both} price the same member")


def _figure_problems(file: PolicyFile, areas: Mapping[str, Area]) -> Iterator[Problem]:
    """Figures agree with what their notice says of them, and name areas that exist."""
    for value in file.values.get(OUTPATIENT.name, []):
        for check in file.checks:
            for reason in check.problems(value.value):
                yield Problem(file.name, "checks", reason)
        for terms in (value.value.active, value.value.retired):
            for clause in terms.clauses.values():
                if not clause.startswith(f"{value.source.document}-"):
                    reason = f"{clause} is no clause of {value.source.document}"
                    yield Problem(file.name, OUTPATIENT.name, reason)
    for value in file.values.get(HOME_AREAS.name, []):
        for code in value.value:
            if code != "own" and code not in areas:
                yield Problem(file.name, HOME_AREAS.name, f"{code} is no listed area")


def _gaps(files: Mapping[str, PolicyFile], areas: Mapping[str, Area]) -> list[Problem]:
    """What the files leave out, taken together."""
    problems = list(_national_problems(files[NATIONAL]))
    for file in files.values():
        problems += _takes_over_problems(file, files)
    for area in areas.values():
        if not any(files[scope].cells for scope in (area.code, area.province) if scope in files):
            problems.append(Problem("areas", area.code, "tariff is missing"))
    return problems


def _national_problems(national: PolicyFile) -> Iterator[Problem]:
    """The national file reads every key that every area has on every day."""
    for key in KEYS.values():
        if key.everywhere and not _covers_always(national, key.name):
            yield Problem(national.name, key.name, "is missing: give it from always, to no end")
    for part, found in (("tariff", national.cells), ("takes_over", national.takes_over)):
        if found:
            yield Problem(national.name, part, "belongs to an area or a province")


def _takes_over_problems(file: PolicyFile, files: Mapping[str, PolicyFile]) -> Iterator[Problem]:
    """A file names every national reading that its areas rest on, and no other."""
    if file.scope == NATIONAL:
        return
    province = file.scope[:2]
    if len(file.scope) == 6 and province in files:
        if file.takes_over:
            yield Problem(file.name, "takes_over", f"belongs to {province}.yaml, its province")
        return
    needed = {
        key.name for key in KEYS.values() if key.everywhere and not _covers_always(file, key.name)
    }
    for name in sorted(needed - file.takes_over):
        reason = f"{name} is missing: take it over or give it for every day"
        yield Problem(file.name, "takes_over", reason)
    for name in sorted(file.takes_over - needed):
        yield Problem(file.name, "takes_over", f"{name} has a value for every day in this file")


def _covers_always(file: PolicyFile, key: str) -> bool:
    """Whether a file gives the key for every day, from the beginning and without an end."""
    return covered([value.source for value in file.values.get(key, [])], ALWAYS)


def period(source: Source) -> str:
    """The days of a source, for a message."""
    begins = source.begins.isoformat() if source.begins else "always"
    return f"{begins}..{source.ends.isoformat() if source.ends else ''}"
