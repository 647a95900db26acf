"""What beat wakes in this room: old payment codes are forgotten, late tickets go up a level."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from policy.queries import current_book

from . import payment_codes, tickets


@shared_task
def forget_old_codes() -> int:
    """Delete the payment codes that ended more than a day ago. Returns how many."""
    return payment_codes.forget_old_codes(now=timezone.now())


@shared_task
def escalate_tickets() -> int:
    """Hand tickets whose day has passed to the next level. Returns how many."""
    return tickets.escalate_due(day=timezone.localdate(), book=current_book())
