"""The Celery app, and what beat wakes when.

A message is a nudge and never the state: each task looks in the database for what is due, so a
message that is lost, late or delivered twice changes nothing. Old nudges expire instead of piling
up behind a worker that was away.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("mutual_aid_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

MINUTE = 60


def _nudge(task: str, *, schedule: Any, expires: int) -> dict[str, Any]:
    return {"task": task, "schedule": schedule, "options": {"expires": expires}}


app.conf.beat_schedule = {
    # Hourly and not once on the due day: a beat that was away on that day catches up by itself.
    "prepare the runs that are due": _nudge(
        "accounts.tasks.prepare_due_runs", schedule=crontab(minute=5), expires=50 * MINUTE
    ),
    # Finishes what a killed worker left, within the 90 seconds that a run may stand still.
    "sweep unfinished runs": _nudge("accounts.tasks.sweep", schedule=MINUTE, expires=MINUTE - 5),
    "clearing, reconciliation and payments": _nudge(
        "clearing.tasks.tidy", schedule=crontab(hour="6,18", minute=20), expires=50 * MINUTE
    ),
    "watch over settled bills": _nudge(
        "oversight.tasks.watch", schedule=crontab(hour=3, minute=20), expires=6 * 60 * MINUTE
    ),
    "draw bindings for the after-check": _nudge(
        "families.tasks.draw_binding_checks",
        schedule=crontab(hour=3, minute=50),
        expires=6 * 60 * MINUTE,
    ),
    "add figures up": _nudge(
        "oversight.tasks.add_figures_up", schedule=crontab(minute=35), expires=50 * MINUTE
    ),
    "send the outbox": _nudge("record.tasks.send_outbox", schedule=15, expires=14),
    "forget old payment codes": _nudge(
        "members.tasks.forget_old_codes", schedule=crontab(hour=3, minute=20), expires=60 * MINUTE
    ),
    # Hourly, so that a beat that was away at midnight makes up for it.
    "hand late tickets to the next level": _nudge(
        "members.tasks.escalate_tickets", schedule=crontab(minute=10), expires=50 * MINUTE
    ),
    "forget what the interface no longer needs": _nudge(
        "claims.tasks.forget_old_rows", schedule=crontab(hour=3, minute=40), expires=60 * MINUTE
    ),
    # From seven on, so that a beat that was away in the morning makes up for it.
    "tell who looked most": _nudge(
        "record.tasks.report_looks", schedule=crontab(hour="7-20", minute=25), expires=50 * MINUTE
    ),
    "seal the audit record": _nudge(
        "record.tasks.seal_audit", schedule=5 * MINUTE, expires=4 * MINUTE
    ),
}
