"""Today: what each room has waiting for somebody, gathered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from record.staffing import Alarm, Job, Queue, Staff

#: The rooms that may have something waiting, from the roof to the ground.
ROOMS = (
    "desk",
    "oversight",
    "clearing",
    "claims",
    "families",
    "accounts",
    "members",
    "policy",
    "record",
)


def today_context(*, staff: Staff) -> dict[str, Any]:
    """Return what the page shows: my queues, running jobs, alarms."""
    queues: list[Queue] = _all(staff, "queues")
    jobs: list[Job] = _all(staff, "jobs")
    alarms: list[Alarm] = _all(staff, "alarms")
    return {
        "day": staff.day,
        "queues": sorted(queues, key=lambda queue: (queue.count == 0, -queue.late)),
        "waiting": sum(queue.count for queue in queues),
        "late": sum(queue.late for queue in queues),
        "jobs": jobs,
        "alarms": sorted(alarms, key=lambda alarm: not alarm.is_grave),
    }


def _all(staff: Staff, name: str) -> list[Any]:
    """Ask every room that has such a list."""
    return [found for ask in _asked(name) for found in ask(staff)]


def _asked(name: str) -> Iterator[Callable[[Staff], list[Any]]]:
    for module in _modules():
        ask = getattr(module, name, None)
        if ask is not None:
            yield ask


def _modules() -> Iterator[ModuleType]:
    for room in ROOMS:
        if find_spec(f"{room}.desk_queues"):
            yield import_module(f"{room}.desk_queues")
