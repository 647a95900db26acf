"""What beat wakes in this room: bindings are drawn for the after-check."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from record.operations import Actor

from .checking.drawing import draw_checks

BEAT = Actor(name="beat")


@shared_task
def draw_binding_checks() -> int:
    """Draw the bindings that are due for a check. Returns how many reasons there were."""
    return sum(draw_checks(day=timezone.localdate(), actor=BEAT).values())
