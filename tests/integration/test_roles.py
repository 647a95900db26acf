"""The first administrators, whom the installation appoints."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from members.models import User
from record.models import AuditRecord, Role
from record.queries import has_role
from record.roles import ADMINISTRATORS

pytestmark = pytest.mark.django_db


def appoint(*words: str) -> str:
    out = StringIO()
    call_command("appoint", *words, stdout=out)
    return out.getvalue()


def test_the_installation_appoints_the_first_administrator() -> None:
    ann = User.objects.create_user("ann")
    assert "ann" in appoint("ann", "administrator", "34")
    today = timezone.localdate()
    assert has_role(user_id=ann.pk, kinds=ADMINISTRATORS, area="340100", day=today)
    assert not has_role(user_id=ann.pk, kinds=ADMINISTRATORS, area="321000", day=today)
    ann.refresh_from_db()
    assert ann.is_staff
    role = Role.objects.get()
    assert (role.given_by, role.approved_by) == (None, None)
    assert AuditRecord.objects.get(verb="role.appoint").actor_name == "installation"


@pytest.mark.parametrize(
    "words",
    [
        ("nobody", "administrator", "34"),
        ("ann", "king", "34"),
        ("ann", "administrator", "3401"),
        ("ann", "administrator", "34", "--until", "2020-01-01"),
    ],
)
def test_a_wrong_appointment_is_refused_in_a_sentence(words: tuple[str, ...]) -> None:
    User.objects.create_user("ann")
    with pytest.raises(CommandError):
        appoint(*words)
    assert not Role.objects.exists()
