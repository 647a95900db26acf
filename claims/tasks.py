"""What beat wakes in this room: tokens, quotes and counts of the interface that are over."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from .api.tidying import forget_old


@shared_task
def forget_old_rows() -> int:
    """Delete what the interface no longer needs. Returns how many rows."""
    return forget_old(now=timezone.now())
