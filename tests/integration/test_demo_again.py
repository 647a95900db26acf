"""The demonstration province comes out the same each time it is made."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from portal.demo import load

from .demo_digest import digests

TODAY = date(2022, 9, 27)


@pytest.mark.django_db
def test_the_same_day_gives_the_same_province() -> None:
    made = []
    for _ in range(2):
        with transaction.atomic():
            done = load(today=TODAY, scale=0.05, say=lambda _text: None)
            made.append((done, digests()))
            transaction.set_rollback(True)

    first, second = made
    assert first == second
    assert first[0]["claims"] > 0


@pytest.mark.django_db
def test_another_scale_gives_another_province() -> None:
    made = []
    for scale in (0.05, 0.08):
        with transaction.atomic():
            load(today=date(2022, 7, 28), scale=scale, say=lambda _text: None)
            made.append(digests())
            transaction.set_rollback(True)

    assert made[0] != made[1]
