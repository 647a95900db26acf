"""What beat wakes in this room: the relay of the outbox, and the sealing of the audit record."""

from __future__ import annotations

from celery import shared_task

from .outbox import send_waiting
from .sealing import seal_waiting


@shared_task
def send_outbox() -> int:
    """Send the messages that wait. Returns how many were tried."""
    return send_waiting()


@shared_task
def seal_audit() -> int:
    """Seal the records that can be sealed. Returns how many."""
    return seal_waiting()
