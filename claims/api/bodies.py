"""What institutions send, by shape: msgspec checks it, and the description is drawn from it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_noop as _
from msgspec import Meta

from claims.bill import Bill
from claims.engine.facts import Line
from claims.models import Institution

from .problems import Trouble

#: Yuan with exactly two decimals, not negative, below a thousand million.
Money = Annotated[
    str,
    Meta(
        pattern=r"^(?:0|[1-9][0-9]{0,8})\.[0-9]{2}$",
        max_length=12,
        description=_("Yuan with exactly two decimals."),
        examples=["128.50"],
    ),
]
Rate = Annotated[
    str,
    Meta(
        pattern=r"^(?:0(?:\.[0-9]{1,4})?|1(?:\.0{1,4})?)$",
        max_length=6,
        description=_("A share between 0 and 1, with at most four decimals."),
        examples=["0.10"],
    ),
]
#: A number of the institution's own: of a visit, a bill, a prescription.
OwnNumber = Annotated[
    str,
    Meta(pattern=r"^[0-9A-Za-z._:/-]+$", min_length=1, max_length=40, examples=["M20260301-0117"]),
]
Key = Annotated[
    str,
    Meta(
        pattern=r"^[0-9A-Za-z._:~-]+$",
        min_length=8,
        max_length=80,
        description=_("The Idempotency-Key of the settlement."),
    ),
]
PatientToken = Annotated[
    str,
    Meta(
        pattern=r"^[0-9A-Za-z_-]+$",
        min_length=1,
        max_length=200,
        description=_("What the look-up gave for this patient."),
    ),
]
QuoteNumber = Annotated[str, Meta(pattern=r"^Q[0-9]{15}$", examples=["Q104938271650193"])]
Category = Literal[
    "outpatient",
    "emergency",
    "account_only",
    "chronic_special",
    "dual_channel",
    "maternity",
    "day_surgery",
]
Purpose = Literal[
    "drug",
    "treatment",
    "device",
    "consumable",
    "examination",
    "public_health",
    "fitness",
    "wellness",
    "checkup",
    "vaccine_programme",
    "vaccine_other",
]
Short = Annotated[str, Meta(min_length=1, max_length=40)]
Reason = Annotated[str, Meta(min_length=2, max_length=200)]
#: More lines are several bills.
MOST_LINES = 500
#: Nothing that this portal settles was served before it.
FIRST_DAY = date(2000, 1, 1)


class Body(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Any body: a field that nothing is known of is an error, never overlooked."""


class LineBody(Body, rename={"item_class": "class"}):
    """A line of a bill. `class` and `self_pay_rate` are those of the catalogue of the area.

    Without a settlement code (`code`) a line is paid in cash (AH49-1.4a).
    """

    amount: Money
    item_class: Literal["A", "B", "C"]
    purpose: Purpose
    code: Annotated[
        str, Meta(max_length=40, description=_("National settlement code; leave it out if none."))
    ] = ""
    name: Annotated[str, Meta(max_length=100, description=_("As the receipt shows it."))] = ""
    self_pay_rate: Annotated[Rate, Meta(description=_("What class B is paid first."))] = "0"
    over_standard: Annotated[
        Money, Meta(description=_("The part of the amount over the payment standard (SZ-7)."))
    ] = "0.00"

    def as_line(self) -> Line:
        """Return the line as the law reads it."""
        return Line(
            amount=Decimal(self.amount),
            item_class=self.item_class,
            self_pay_rate=Decimal(self.self_pay_rate),
            purpose=self.purpose,
            coded=bool(self.code),
            over_limit=Decimal(self.over_standard),
            code=self.code,
            name=self.name,
        )


Lines = Annotated[list[LineBody], Meta(min_length=1, max_length=MOST_LINES)]


class BillBody(Body):
    """A bill of one visit, to be quoted or settled."""

    patient: PatientToken
    visit_number: Annotated[OwnNumber, Meta(description=_("Your number of the visit."))]
    bill_number: Annotated[
        OwnNumber, Meta(description=_("Your number of the bill. Visit and bill are settled once."))
    ]
    category: Category
    service_date: date
    lines: Lines
    prescription_number: Annotated[
        OwnNumber | None, Meta(description=_("A prescription is used once among standing claims."))
    ] = None
    prescriber: Annotated[
        OwnNumber | None, Meta(description=_("For a pharmacy: the code of who prescribed."))
    ] = None
    merged_into_admission: Annotated[
        bool,
        Meta(description=_("The visit ended in an admission and is settled with it (SZ-19d).")),
    ] = False
    other_scheme_paid: Annotated[
        Money, Meta(description=_("What another scheme or benefit has paid."))
    ] = "0.00"

    def as_bill(self, *, number: str, institution: Institution, patient_id: int) -> Bill:
        """Return the bill as the law reads it. Raises Trouble."""
        if self.service_date < FIRST_DAY:
            raise Trouble("date_out_of_range", field="service_date")
        return Bill(
            number=number,
            institution=institution,
            visit_number=self.visit_number,
            bill_number=self.bill_number,
            patient_id=patient_id,
            category=self.category,
            service_date=self.service_date,
            lines=lines_of(self.lines),
            prescriber=self._prescriber(),
            prescription_number=self.prescription_number or "",
            merged_into_admission=self.merged_into_admission,
            other_scheme_paid=Decimal(self.other_scheme_paid),
        )

    def _prescriber(self) -> Institution | None:
        if self.prescriber is None:
            return None
        found = Institution.objects.filter(code=self.prescriber).first()
        if found is None:
            raise Trouble("unknown_institution", field="prescriber")
        return found


class ClaimBody(BillBody):
    """A bill to be settled."""

    quote: Annotated[
        QuoteNumber | None,
        Meta(description=_("Nothing is settled if the outcome differs from this quote's.")),
    ] = None


class RefundBody(Body):
    """A refund: of the whole claim, or of all but the remaining lines."""

    remaining_lines: Annotated[
        Lines | None,
        Meta(description=_("What the patient keeps; it is settled anew, in one step.")),
    ] = None
    other_scheme_paid: Annotated[
        Money, Meta(description=_("What another scheme pays for the remaining lines."))
    ] = "0.00"


class ReversalBody(Body):
    """A reversal of the claim that is named in the address. It has no fields."""


class ReversalByRequestBody(Body):
    """A reversal of a settlement that was never answered, by the number it was sent under."""

    request: Key


class LookupBody(Body):
    """Who is there: a payment code, or else the ID number with a reason."""

    payment_code: Annotated[
        Short | None, Meta(description=_("As scanned from the QR, or as typed."))
    ] = None
    id_number: Short | None = None
    reason: Annotated[
        Reason | None, Meta(description=_("Why the ID number is used; the member reads it."))
    ] = None


def lines_of(lines: list[LineBody], *, field: str = "lines") -> tuple[Line, ...]:
    """Return lines as the law reads them. Raises Trouble with the place of one that makes none."""
    read = tuple(line.as_line() for line in lines)
    for place, line in enumerate(read):
        if line.over_limit > line.amount:
            raise Trouble("bill_makes_no_sense", field=f"{field}[{place}].over_standard")
    return read
