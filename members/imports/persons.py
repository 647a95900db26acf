"""What every roll about persons has: an ID number, read with care, and faults in plain words."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy

from members import identity
from record.rolls import BadCell, Column, Fault, Row

ID_NUMBER = Column(
    name="id_number",
    titles=("身份证号", "证件号码", "公民身份号码", "身份证号码", "社会保障号码", "ID number"),
    secret=True,
    example="99999919900101000X",
    note=gettext_lazy("18 characters; keep the column as text."),
)

BAD_ID = {
    "shape": Fault(
        "id_shape",
        gettext_lazy("This is no ID number: it has 17 digits and a digit or X."),
        gettext_lazy("Copy it from the ID card; keep the column as text."),
    ),
    "date": Fault(
        "id_date",
        gettext_lazy("The date of birth in the ID number is no day that has been."),
        gettext_lazy("Compare digits 7 to 14 with the ID card."),
    ),
    "checksum": Fault(
        "id_checksum",
        gettext_lazy("The last character does not fit the ID number: a digit is wrong."),
        gettext_lazy("Compare it with the ID card."),
    ),
}


def id_number(row: Row, *, day: date) -> str:
    """Read the ID number of a row in its normal form. Raises BadCell."""
    try:
        return identity.parse_id_number(row[ID_NUMBER.name], today=day)
    except identity.InvalidIdNumber as error:
        raise BadCell(ID_NUMBER.name, BAD_ID[error.code]) from None
