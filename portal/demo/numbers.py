"""Numbers that look right and belong to nobody: ID numbers, phones, bank accounts, codes."""

from __future__ import annotations

from datetime import date

from stdnum.cn import ric

#: An ID number begins with a region; one that begins with 9 is a foreigner's permanent-residence
#: number and goes on with the province's two digits. No province is numbered 99, so no authority
#: can ever have given out a number that begins like this.
NOBODYS_REGION = "999000"
#: An institution's serial number within its area; the first real ones begin at 00001.
FIRST_SERIAL = 90001


class IdNumbers:
    """Gives out ID numbers: valid by checksum and date, in a region that nobody can be from."""

    def __init__(self) -> None:
        self._given: dict[tuple[date, bool], int] = {}

    def next(self, *, born: date, male: bool) -> str:
        """Return the next unused number of a birthday; its 17th digit is odd for men."""
        place = self._given.get((born, male), 0)
        self._given[born, male] = place + 1
        digits = f"{NOBODYS_REGION}{born:%Y%m%d}{2 * place + (1 if male else 2):03d}"
        return digits + ric.calc_check_digit(digits)


def member_number(place: int) -> str:
    """Return the member number of the person with this place in the plan."""
    return f"99{place:010d}"


def phone(place: int) -> str:
    """Return eleven digits that no telephone has: no number of any country begins with 000."""
    return f"000{place:08d}"


def bank_account(place: int) -> str:
    """Return a bank account that no bank has: cards never begin with 0."""
    return f"0000{place:015d}"


def institution_code(*, kind: str, area: str, place: int) -> str:
    """Return a code in the national form: H, the area and five digits; P and eleven digits."""
    return f"{'P' if kind == 'pharmacy' else 'H'}{area}{FIRST_SERIAL + place:05d}"
