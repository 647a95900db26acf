"""Posting a run of either kind to its end, from a task or a shell."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError

from record.operations import Actor

from .closing import post_interest_run
from .corrections import make_up_repaid
from .crediting import post_credit_run
from .models import Chunk, Run
from .runs import fail, place_at


def post_run(
    run: Run,
    *,
    actor: Actor,
    on_chunk: Callable[[Chunk], None] = lambda chunk: None,
    limited: bool = True,
) -> bool:
    """Post what is open of a run and finish it. Returns whether there was a place to work.

    With `limited`, no more than a few workers post one run side by side. A database that goes
    away, or a worker's time limit, leaves the run to be gone on with. Anything else fails it,
    loudly: what its chunks posted stays, and the exception goes on.
    """
    with place_at(run.pk) if limited else nullcontext(True) as has_place:
        if not has_place:
            return False
        try:
            post = post_credit_run if run.kind == Run.Kind.CREDIT else post_interest_run
            for chunk in post(run):
                on_chunk(chunk)
            if run.kind == Run.Kind.CREDIT:
                make_up_repaid(area=run.area, day=run.day, actor=actor)
        except (InterfaceError, OperationalError, SoftTimeLimitExceeded):
            raise
        except Exception as error:
            fail(run, note=f"{type(error).__name__}: {error}", actor=actor)
            raise
    return True
