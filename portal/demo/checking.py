"""The after-check of bindings: some are drawn, and lin is asked about a relative."""

from __future__ import annotations

from datetime import date
from random import Random

from families.checking import operations
from families.checking.drawing import draw_checks
from families.models import Binding, BindingCheck
from members.models import Person, User

from .areas import HEFEI
from .world import SEED, SYSTEM, DemoError


def check_bindings(*, today: date, staff: dict[str, User], persons: dict[str, Person]) -> None:
    """Draw what is due, and let zhou ask lin about his mother, who is on the province's list."""
    rng = Random(SEED)  # noqa: S311  (no secret)
    draw_checks(day=today, actor=SYSTEM, chance=lambda: f"{rng.getrandbits(128):032x}")
    zhou = staff["zhou"]
    binding = Binding.objects.filter(
        authorizer=persons["lin"], member=persons["mother"], ended_on=None
    ).first()
    if binding is None or BindingCheck.objects.filter(binding=binding).exists():
        return
    started = operations.start(
        binding_id=binding.pk, told="省中心下发的抽查名单", by=zhou, day=today
    )
    if not isinstance(started, BindingCheck) or started.area != HEFEI:
        raise DemoError("the binding of lin's mother could not be checked")
    operations.ask(check_ids=[started.pk], by=zhou, day=today)
