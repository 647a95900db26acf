"""What beat wakes in this room: the watch, and the months' figures."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from record.operations import Actor

from .adding_up import bring_up_to_date
from .finding import find_hits

BEAT = Actor(name="beat")


@shared_task
def watch() -> int:
    """Look at the last weeks' bills by every rule. Returns how many new finds there are."""
    return sum(find_hits(day=timezone.localdate(), actor=BEAT).values())


@shared_task
def add_figures_up() -> int:
    """Work out the figures of the months in which something has changed. Returns how many."""
    return len(bring_up_to_date(today=timezone.localdate()))
