"""ID numbers (GB 11643): checked by checksum and date, kept encrypted, found by a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import date

from django.conf import settings
from stdnum.cn import ric

from record import vault
from record.vault import UnreadableSecret

__all__ = [
    "InvalidIdNumber",
    "UnreadableSecret",
    "birth_date",
    "index_of",
    "mask_id_number",
    "mask_name",
    "parse_id_number",
    "seal",
    "unseal",
]

_SHAPE = re.compile(r"[0-9]{17}[0-9X]")


class InvalidIdNumber(ValueError):
    """The text is no ID number. `code` says why: shape, date, or checksum."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse_id_number(text: str, *, today: date) -> str:
    """Return the ID number in its normal form: 18 characters, a capital X.

    The county is not asked for: counties come and go. Raises InvalidIdNumber.
    """
    number = "".join(text.split()).upper()
    if not _SHAPE.fullmatch(number):
        raise InvalidIdNumber("shape")
    try:
        born = birth_date(number)
    except ValueError:
        raise InvalidIdNumber("date") from None
    if born > today:
        raise InvalidIdNumber("date")
    if ric.calc_check_digit(number[:-1]) != number[-1]:
        raise InvalidIdNumber("checksum")
    return number


def birth_date(number: str) -> date:
    """Return the date in digits 7 to 14. Raises ValueError where it is no real date."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def mask_id_number(number: str) -> str:
    """Return the ID number as screens show it: the first three and the last four characters."""
    return f"{number[:3]}{'*' * 11}{number[-4:]}"


def mask_name(name: str) -> str:
    """Return a name as it is shown to those who need not know it: the first character hidden."""
    return "*" + name[1:] if len(name) > 1 else name


def index_of(number: str) -> bytes:
    """Return the keyed hash (32 bytes) that finds an ID number without reading it."""
    return hmac.digest(settings.ID_NUMBER_INDEX_KEY, number.encode(), hashlib.sha256)


def seal(text: str) -> bytes:
    """Encrypt a text with the newest key."""
    return vault.seal(text.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """Decrypt what `seal` made. Raises UnreadableSecret."""
    return vault.unseal(sealed).decode()
