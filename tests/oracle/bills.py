"""The bill, the reasons and the pooled fund's share of one claim (sections 6.1 to 6.4)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tests.oracle import figures as law
from tests.oracle.book import Outpatient
from tests.oracle.days import half_up
from tests.oracle.figures import ZERO
from tests.oracle.people import Member


@dataclass
class Line:
    amount: Decimal
    klass: str = "A"
    self_pay_rate: Decimal = Decimal(0)
    purpose: str = "drug"
    coded: bool = True
    over_limit: Decimal = ZERO


@dataclass
class Provider:
    area: str
    kind: str = "hospital"
    level: int = 1
    networked: bool = True
    designated: bool = True
    outpatient: bool = True


@dataclass
class Visit:
    """What the institution sends, but for the lines."""

    member: str
    provider: Provider
    service_date: date
    category: str = "outpatient"
    prescriber_level: int | None = None
    merged_into_admission: bool = False
    other_scheme_paid: Decimal = ZERO


@dataclass
class Bill:
    gross: Decimal = ZERO
    out_of_policy: Decimal = ZERO
    first_self_pay: Decimal = ZERO
    in_policy: Decimal = ZERO
    account_payable: Decimal = ZERO


@dataclass
class Share:
    """What the pooled fund pays of a bill, and what it used of deductible and cap."""

    remote_self_pay: Decimal = ZERO
    deductible: Decimal = ZERO
    pool: Decimal = ZERO


@dataclass
class Claim:
    """A settled claim: what undoing it has to give back."""

    visit: Visit
    area: str
    settled_on: date
    share: Share
    payments: list["Payment"] = field(default_factory=list)
    undone: str | None = None


@dataclass
class Payment:
    """Part of a bill that one balance of one payer's account paid, and the area of that payer."""

    payer: str
    area: str
    bucket: str
    amount: Decimal


def read_line(body: dict[str, Any]) -> Line:
    return Line(
        amount=Decimal(str(body["amount"])),
        klass=str(body.get("class", "A")),
        self_pay_rate=Decimal(str(body.get("self_pay_rate", "0"))),
        purpose=str(body.get("purpose", "drug")),
        coded=bool(body.get("coded", True)),
        over_limit=Decimal(str(body.get("over_limit", "0.00"))),
    )


def add_up(lines: list[Line], area: str) -> Bill:
    """Section 6.1, and what 6.4 lets accounts pay before the pooled fund's share is taken off."""
    bill = Bill()
    for line in lines:
        bill.gross += line.amount
        if not line.coded or line.klass == "C" or line.purpose in law.NEVER_IN_POLICY:
            bill.out_of_policy += line.amount
        else:
            rest = line.amount - line.over_limit
            self_pay = half_up(rest * line.self_pay_rate) if line.klass == "B" else ZERO
            bill.out_of_policy += line.over_limit
            bill.first_self_pay += self_pay
            bill.in_policy += rest - self_pay
        allowed = line.purpose not in law.NEVER_IN_POLICY
        if line.purpose == "vaccine_other" and law.AREAS[area] == law.YANGZHOU:
            allowed = True
        if line.coded and allowed:
            bill.account_payable += line.amount
    return bill


def reasons_against(visit: Visit, member: Member, area: str) -> list[str]:
    """Section 6.2: all reasons for which the pooled fund pays nothing, sorted."""
    day, provider = visit.service_date, visit.provider
    notice = law.AREAS[area]
    away = provider.area not in member.home_areas(day)
    registered = member.is_registered(provider.area, day)
    pharmacy = provider.kind == "pharmacy"
    prescribed = visit.prescriber_level is not None
    resident = member.scheme == "resident"
    reasons = {
        "not_designated": not provider.designated,
        "not_outpatient_designated": provider.designated and not provider.outpatient,
        "resident_scheme": resident,
        "not_in_good_standing": not resident and not member.in_good_standing(day),
        "hospital_stay": member.is_staying("hospital", day),
        "ltc_specialised": member.is_staying("ltc_specialised", day),
        "merged_into_admission": visit.merged_into_admission,
        "settled_by_other_benefit": visit.category in law.OTHER_BENEFITS,
        "account_only": visit.category == "account_only",
        "no_prescription": pharmacy and not prescribed,
        "pharmacy_not_covered": pharmacy and prescribed and notice not in law.PHARMACIES_COVERED_IN,
        "remote_not_registered": away and not registered and notice != law.YANTAI,
        "remote_not_networked": away
        and registered
        and notice == law.SUIZHOU
        and not provider.networked,
    }
    return sorted(code for code, applies in reasons.items() if applies)


def benefit_level(visit: Visit) -> int:
    """A pharmacy takes the prescriber's level; level 0 counts as 1 (6.3, point 3)."""
    level = visit.provider.level
    if visit.provider.kind == "pharmacy" and visit.prescriber_level is not None:
        level = visit.prescriber_level
    return max(level, 1)


def pooled_share(
    *,
    visit: Visit,
    member: Member,
    area: str,
    in_policy: Decimal,
    rule: Outpatient,
    deductible_used: Decimal,
    pool_used: Decimal,
) -> Share:
    """Section 6.3, in its order: 10% first, deductible, rate, cap."""
    share = Share()
    remaining = in_policy
    away = visit.provider.area not in member.home_areas(visit.service_date)
    registered = member.is_registered(visit.provider.area, visit.service_date)
    if law.AREAS[area] == law.YANTAI and away and not registered:
        share.remote_self_pay = half_up(remaining * law.REMOTE_SELF_PAY_RATE)
        remaining -= share.remote_self_pay
    level = benefit_level(visit)
    deductible_left = max(rule.deductible[level] - deductible_used, ZERO)
    share.deductible = min(deductible_left, remaining)
    remaining -= share.deductible
    by_rate = half_up(remaining * rule.ratio[level])
    share.pool = min(by_rate, max(rule.cap - pool_used, ZERO))
    return share
