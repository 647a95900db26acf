"""Reading all policy files of a folder and checking them against each other.

The folder holds `national.yaml` and `areas/*.yaml`, one for a province or an area each. Every
problem of every file is collected before any is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
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
    periods_overlap,
)


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
    problems: list[Problem] = []
    for reader in readers:
        reader.read_documents()
    documents: dict[str, Document] = {}
    for reader in readers:
        for name, document in reader.file.documents.items():
            if name in documents:
                reader.refuse(f"documents.{name}", "is listed in another file too")
            documents[name] = document
    for reader in readers:
        reader.read_values(documents)
        problems += reader.problems
    files = {reader.file.scope: reader.file for reader in readers}
    if len(paths) == 1:
        problems.append(Problem("areas", "", "holds no policy file"))
    areas = _areas(readers, problems)
    for file in files.values():
        _check_dates(file, problems)
        _check_figures(file, areas, problems)
    # What a file leaves out is only told once the files can be read: it would be noise before.
    if not problems:
        _check_national(files[NATIONAL], problems)
        for file in files.values():
            _check_takes_over(file, files, problems)
        for area in areas.values():
            if not any(
                files[scope].cells for scope in (area.code, area.province) if scope in files
            ):
                problems.append(Problem("areas", area.code, "tariff is missing"))
    if problems:
        raise PolicyError(problems)
    return Shelf(files=files, areas=areas, documents=documents)


def _areas(readers: Sequence[FileReader], problems: list[Problem]) -> dict[str, Area]:
    """The areas of all files; each is listed once, and each area file's own is listed."""
    areas: dict[str, Area] = {}
    for reader in readers:
        for area in reader.file.areas:
            if area.code in areas:
                problems.append(Problem(reader.name, "areas", f"{area.code} is listed twice"))
            areas[area.code] = area
    for reader in readers:
        scope = reader.file.scope
        if len(scope) == 6 and scope not in areas and not reader.problems:
            problems.append(Problem(reader.name, "areas", f"no file lists the area {scope}"))
    return areas


def _check_dates(file: PolicyFile, problems: list[Problem]) -> None:
    """No two values of a key, and no two prices of anybody, on the same day."""
    for key, values in file.values.items():
        for index, one in enumerate(values):
            for other in values[index + 1 :]:
                if periods_overlap(one.source, other.source):
                    problems.append(
                        Problem(
                            file.name,
                            key,
                            f"overlapping dates: {period(one.source)} and {period(other.source)}",
                        )
                    )
    for index, row in enumerate(file.cells):
        for later in file.cells[index + 1 :]:
            if row.cell.who.overlaps(later.cell.who) and periods_overlap(row.source, later.source):
                problems.append(
                    Problem(
                        file.name,
                        "tariff",
                        f"overlapping dates: {row.cell.who.name} {period(row.source)} and"
                        f" {later.cell.who.name} {period(later.source)} price the same member",
                    )
                )


def _check_figures(file: PolicyFile, areas: dict[str, Area], problems: list[Problem]) -> None:
    """Figures agree with what their notice says of them, and name areas that exist."""
    for check in file.checks:
        for value in file.values.get(OUTPATIENT.name, []):
            for reason in check.problems(value.value):
                problems.append(Problem(file.name, "checks", reason))
    for value in file.values.get(HOME_AREAS.name, []):
        for code in value.value:
            if code != "own" and code not in areas:
                problems.append(Problem(file.name, HOME_AREAS.name, f"{code} is no listed area"))


def _check_national(national: PolicyFile, problems: list[Problem]) -> None:
    """The national file reads every key that every area has on every day."""
    for key in KEYS.values():
        if key.everywhere and not _covers_always(national, key.name):
            problems.append(
                Problem(national.name, key.name, "is missing: give it from always, to no end")
            )
    for part, found in (("tariff", national.cells), ("takes_over", national.takes_over)):
        if found:
            problems.append(Problem(national.name, part, "belongs to an area or a province"))


def _check_takes_over(
    file: PolicyFile, files: dict[str, PolicyFile], problems: list[Problem]
) -> None:
    """A file names every national reading that its areas rest on, and no other."""
    if file.scope == NATIONAL:
        return
    if file.scope[:2] in files and len(file.scope) == 6:
        if file.takes_over:
            problems.append(
                Problem(file.name, "takes_over", f"belongs to {file.scope[:2]}.yaml, its province")
            )
        return
    needed = {
        key.name for key in KEYS.values() if key.everywhere and not _covers_always(file, key.name)
    }
    for name in sorted(needed - file.takes_over):
        problems.append(
            Problem(
                file.name, "takes_over", f"{name} is missing: take it over or give it for every day"
            )
        )
    for name in sorted(file.takes_over - needed):
        problems.append(
            Problem(file.name, "takes_over", f"{name} has a value for every day in this file")
        )


def _covers_always(file: PolicyFile, key: str) -> bool:
    """Whether a file gives the key for every day, from the beginning and without an end."""
    sources = [value.source for value in file.values.get(key, [])]
    begin: Source | None = next((source for source in sources if source.begins is None), None)
    while begin is not None and begin.ends is not None:
        following = begin.ends + timedelta(days=1)
        begin = next((source for source in sources if source.begins == following), None)
    return begin is not None


def period(source: Source) -> str:
    """The days of a source, for a message."""
    begins = source.begins.isoformat() if source.begins else "always"
    return f"{begins}..{source.ends.isoformat() if source.ends else ''}"
