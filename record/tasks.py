"""What beat wakes in this room: the outbox, the sealing of the audit record, the daily report."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from .looks_report import report
from .outbox import send_waiting
from .outcome import Refusal
from .sealing import seal_waiting


@shared_task
def send_outbox() -> int:
    """Send the messages that wait. Returns how many were tried."""
    return send_waiting()


@shared_task
def seal_audit() -> int:
    """Seal the records that can be sealed. Returns how many."""
    return seal_waiting()


@shared_task
def report_looks() -> int:
    """Tell whoever watches who looked most yesterday. Returns how many were told."""
    told = report(day=timezone.localdate() - timedelta(days=1))
    assert not isinstance(told, Refusal), "nothing of it can be refused"
    return told
