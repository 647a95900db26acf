"""What beat wakes: closing periods that nobody closed, comparing again what was still coming."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from record.operations import Actor

from .comparing import compare_young
from .payments import gather
from .statements import close_due

BEAT = Actor(name="beat")
#: Days that people have to close a period themselves, once it can be closed.
PATIENCE = timedelta(days=3)


@shared_task
def tidy() -> None:
    """Close what is overdue, compare what is young, gather what is to be paid. Safe to repeat."""
    today = timezone.localdate()
    close_due(day=today, actor=BEAT, patience=PATIENCE)
    compare_young(today=today, actor=BEAT)
    gather(day=today, actor=BEAT)
