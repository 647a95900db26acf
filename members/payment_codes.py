"""Payment codes: a member shows one, and an institution learns who is there; nothing else.

Good for two minutes and for one look-up. The digits are drawn at random, so nothing in them or in
the QR tells who it is, and they are kept as a keyed hash alone. Who may show whose code is decided
above: `families.payment_codes` knows parents and children.
"""

from __future__ import annotations

import itertools
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import qrcode
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from policy.refusals import refuse
from record.changes import NotAllowed
from record.models import Role
from record.operations import Actor, audit, operation
from record.queries import has_role

from . import identity, queries
from .models import PaymentCode, Person

#: So many digits: among as many codes as a province has alive at once, a guess hits none.
DIGITS = 12
#: What the QR holds before the digits, so that a scanner tells it from other codes.
QR_PREFIX = "MAPC1:"
#: The quiet zone that scanners need around it, in modules.
QR_BORDER = 4
#: Codes that one user may have shown in an hour; a page that shows one renews it by itself.
CODES_AN_HOUR = 90
#: A counter prints for everybody who comes.
CODES_AN_HOUR_AT_A_COUNTER = 600

_SHAPE = re.compile(rf"(?:{QR_PREFIX})?([0-9]{{{DIGITS}}})")


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code as it is shown, once: its digits, what the QR holds, and until when it is good."""

    code_id: int
    person_id: int
    digits: str
    expires_at: datetime

    @property
    def grouped(self) -> str:
        """Return the digits as people read them out: 1234 5678 9012."""
        return " ".join(self.digits[place : place + 4] for place in range(0, DIGITS, 4))

    @property
    def qr_content(self) -> str:
        """Return what the QR holds."""
        return f"{QR_PREFIX}{self.digits}"

    def qr_path(self) -> tuple[int, str]:
        """Return the QR as the side of its square and the `d` of an SVG path that fills it."""
        code = qrcode.QRCode(border=QR_BORDER, error_correction=qrcode.ERROR_CORRECT_Q)
        code.add_data(self.qr_content)
        matrix = code.get_matrix()
        runs = []
        for y, row in enumerate(matrix):
            x = 0
            for dark, cells in itertools.groupby(row):
                width = len(list(cells))
                if dark:
                    runs.append(f"M{x} {y}h{width}v1h-{width}z")
                x += width
        return len(matrix), "".join(runs)


def lifetime() -> timedelta:
    """Return how long a code is good for."""
    return timedelta(seconds=settings.PAYMENT_CODE_SECONDS)


def issue_code(
    *,
    person: Person,
    shown_by: AbstractBaseUser,
    now: datetime,
    actor: Actor,
    at_counter: bool = False,
    purpose: str = "",
) -> ShownCode:
    """Draw a new code of a person, in the caller's operation, which has decided who may.

    A code that the same user had shown for the same person before is good no longer.
    Refused: member_left, too_many_codes.
    """
    if queries.has_left(person, timezone.localdate(now)):
        raise refuse("member_left")
    recent = PaymentCode.objects.filter(
        shown_by_id=shown_by.pk, issued_at__gt=now - timedelta(hours=1)
    ).count()
    if recent >= (CODES_AN_HOUR_AT_A_COUNTER if at_counter else CODES_AN_HOUR):
        raise refuse("too_many_codes")
    PaymentCode.objects.filter(
        shown_by_id=shown_by.pk, person=person, used_at=None, expires_at__gt=now
    ).update(expires_at=now)
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    code = PaymentCode.objects.create(
        person=person,
        code_hash=_hash(digits),
        shown_by_id=shown_by.pk,
        at_counter=at_counter,
        issued_at=now,
        expires_at=now + lifetime(),
    )
    audit(
        actor=actor,
        verb="members.payment_code.print" if at_counter else "members.payment_code.show",
        subject_id=person.pk,
        record=f"paymentcode:{code.pk}",
        purpose=purpose[:200],
    )
    return ShownCode(
        code_id=code.pk, person_id=person.pk, digits=digits, expires_at=code.expires_at
    )


@operation
def print_code(*, person_id: int, by: AbstractBaseUser, now: datetime, purpose: str) -> ShownCode:
    """Have a code printed at a counter for the person who stands there with their papers.

    Raises NotAllowed without the role of a case officer in the person's area.
    Refused: member_left, too_many_codes.
    """
    day = timezone.localdate(now)
    place = queries.enrolment_on(person_id, day)
    area = place.area if place else ""
    if not has_role(user_id=by.pk, kinds={Role.Kind.CASE_OFFICER.value}, area=area, day=day):
        raise NotAllowed("a case officer of the person's area prints payment codes")
    return issue_code(
        person=Person.objects.get(pk=person_id),
        shown_by=by,
        now=now,
        actor=Actor.of(by),
        at_counter=True,
        purpose=purpose,
    )


def parse_code(text: str) -> str | None:
    """Return the digits of a code as it was scanned or typed, or None where it is none."""
    found = _SHAPE.fullmatch("".join(text.split()).replace("-", "").upper())
    return found[1] if found else None


def use_code(*, text: str, institution_code: str, now: datetime) -> int | None:
    """Use a code up, in the caller's transaction, and return whose it is.

    None, and never why, where it is none, has been used, or is no longer good.
    """
    digits = parse_code(text)
    if digits is None:
        return None
    code = (
        PaymentCode.objects.select_for_update()
        .filter(code_hash=_hash(digits), used_at=None, expires_at__gt=now, issued_at__lte=now)
        .first()
    )
    if code is None:
        return None
    PaymentCode.objects.filter(pk=code.pk).update(used_at=now, used_by=institution_code)
    return code.person_id


def forget_old_codes(*, now: datetime) -> int:
    """Delete the codes that were good until a day ago; the audit record keeps that they were."""
    deleted, _ = PaymentCode.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    return deleted


def used_at(*, code_id: int, shown_by: AbstractBaseUser) -> datetime | None:
    """Return when a code that this user had shown was used, so that its page can say so."""
    return (
        PaymentCode.objects.filter(pk=code_id, shown_by_id=shown_by.pk)
        .values_list("used_at", flat=True)
        .first()
    )


def _hash(digits: str) -> bytes:
    return identity.index_of(f"payment-code:{digits}")
