"""What beat wakes in this room: payment codes that are over are forgotten."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from . import payment_codes


@shared_task
def forget_old_codes() -> int:
    """Delete the payment codes that ended more than a day ago. Returns how many."""
    return payment_codes.forget_old_codes(now=timezone.now())
