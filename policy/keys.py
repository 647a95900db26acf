"""Every key that a policy file may hold, with the kind of its value.

To add a parameter: add its key here, its title in `policy/text.py`, its national reading in
`policy/national.yaml`, and its field in `policy/rules.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from policy import kinds
from policy.values import DepositRates, Outpatient, Premium, PremiumAmount, RunLimits

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key(Generic[T]):
    """A parameter's name and how its value is read.

    `everywhere`: every area has it on every day, so the national file must give a reading of it.
    """

    name: str
    read: Callable[[object], T]
    everywhere: bool = True


KEYS: dict[str, Key[Any]] = {}


def _key(name: str, read: Callable[[object], T], *, everywhere: bool = True) -> Key[T]:
    key = Key(name=name, read=read, everywhere=everywhere)
    KEYS[name] = key
    return key


# Members and standing.
HOME_AREAS = _key("home_areas", kinds.home_areas)
STANDING_MONTHS_BACK = _key("standing_months_back", kinds.whole(lowest=0, highest=12))
COMES_OF_AGE_AT = _key("comes_of_age_at", kinds.whole(lowest=14, highest=30))
RETIRED_FROM = _key("retired_from", kinds.choice("next_month"))
BENEFIT_YEAR = _key("benefit_year", kinds.choice("calendar_year"))

# What the pooled fund pays.
OUTPATIENT: Key[Outpatient] = _key("outpatient", kinds.outpatient_with_clauses, everywhere=False)
POOLED_TOTAL_LIMIT: Key[Decimal] = _key("pooled_total_limit", kinds.money, everywhere=False)
COUNTS_TO_TOTAL = _key("counts_to_total", kinds.boolean)
LEVEL_ZERO_COUNTS_AS = _key("level_zero_counts_as", kinds.whole(lowest=1, highest=3))
REMOTE_UNREGISTERED = _key("remote_unregistered", kinds.choice("refuse", "self_pay_first"))
REMOTE_SELF_PAY_RATIO: Key[Decimal] = _key("remote_self_pay_ratio", kinds.ratio, everywhere=False)
REMOTE_REQUIRES_NETWORK = _key("remote_requires_network", kinds.boolean)
RESIDENCE_KINDS = _key("residence_kinds", kinds.word_set("resettled", "long_term", "posted"))

# What the pooled fund leaves out.
PURPOSES_NEVER_IN_POLICY = _key("purposes_never_in_policy", kinds.word_set(*kinds.PURPOSES))
CLASSES_IN_FULL = _key("classes_in_full", kinds.word_set("A", "B", "C"))
CLASSES_AFTER_SELF_PAY = _key("classes_after_self_pay", kinds.word_set("A", "B", "C"))
CODE_REQUIRED = _key("code_required", kinds.boolean)
OVER_STANDARD_OUT = _key("over_standard_out", kinds.boolean)
POOLED_CATEGORIES = _key("pooled_categories", kinds.word_set("outpatient", "emergency"))
OTHER_BENEFIT_CATEGORIES = _key(
    "other_benefit_categories",
    kinds.word_set("chronic_special", "dual_channel", "maternity", "day_surgery"),
)
DESIGNATION_REQUIRED = _key("designation_required", kinds.boolean)
OUTPATIENT_DESIGNATION_REQUIRED = _key("outpatient_designation_required", kinds.boolean)
PHARMACY_PRESCRIPTION_COVERED = _key("pharmacy_prescription_covered", kinds.boolean)
EXCLUDED_STAYS = _key("excluded_stays", kinds.word_set("hospital", "ltc_specialised", "ltc_other"))
STAY_INCLUDES_FIRST_DAY = _key("stay_includes_first_day", kinds.boolean)
STAY_INCLUDES_LAST_DAY = _key("stay_includes_last_day", kinds.boolean)
ADMISSION_MERGES_VISIT = _key("admission_merges_visit", kinds.boolean)
PAPER_BILL_ACCEPTED = _key("paper_bill_accepted", kinds.boolean)
PAPER_BILL_ALONE_UP_TO = _key("paper_bill_alone_up_to", kinds.money)

# The personal account.
ACCOUNT_USE = _key("account_use", kinds.choice("kept", "disbursed"))
SPENDING_ORDER = _key("spending_order", kinds.choice("current_first", "carried_first"))
PURPOSES_PAYABLE_FROM_ACCOUNT = _key(
    "purposes_payable_from_account", kinds.word_set(*kinds.PURPOSES)
)
INTEREST_DAY_COUNT = _key("interest_day_count", kinds.choice("days_of_year"))
AGE_COUNTED_ON = _key("age_counted_on", kinds.choice("month_end"))
AVERAGE_BASIC_PENSION: Key[Decimal] = _key("average_basic_pension", kinds.money, everywhere=False)
IN_FORCE_UNTIL: Key[date] = _key("in_force_until", kinds.day, everywhere=False)

# The family account.
SHARING_OPEN = _key("sharing_open", kinds.boolean)
SHARING_RELATIONS = _key("sharing_relations", kinds.word_set("spouse", "parent", "child"))
SHARING_EXCLUDED = _key("sharing_excluded", kinds.boolean)
CONSENT_REQUIRED = _key("consent_required", kinds.boolean)
CROSS_AREA_SHARING = _key("cross_area_sharing", kinds.boolean)
CROSS_AREA_AUTHORIZERS = _key("cross_area_authorizers", kinds.whole(lowest=1, highest=99))
FAMILY_SEATS: Key[int] = _key("family_seats", kinds.whole(lowest=1, highest=99), everywhere=False)
PAYER_ORDER = _key("payer_order", kinds.words("own", "local", "cross_area"))
SHARED_ONLY_IN_PROVINCE = _key("shared_only_in_province", kinds.boolean)

# Premiums.
PREMIUMS: dict[str, Key[Premium]] = {
    product: _key(f"premiums.{product}", kinds.premium, everywhere=False)
    for product in kinds.PRODUCTS
}
PREMIUM_AMOUNTS: dict[str, Key[PremiumAmount]] = {
    product: _key(f"premium_amount.{product}", kinds.premium_amount, everywhere=False)
    for product in kinds.PRODUCTS
}
FAMILY_PREMIUMS = _key("family_premiums", kinds.boolean)
PREMIUM_ALL_OR_NOTHING = _key("premium_all_or_nothing", kinds.boolean)
PREMIUM_ONCE_A_YEAR = _key("premium_once_a_year", kinds.boolean)

# The work of the agency.
RUN_DUE_DAY = _key("run_due_day", kinds.whole(lowest=1, highest=28))
RUN_LIMITS: Key[RunLimits] = _key("run_limits", kinds.run_limits)
TICKET_DAYS_COUNTY = _key("ticket_days_county", kinds.whole(lowest=1, highest=90))
TICKET_DAYS_CITY = _key("ticket_days_city", kinds.whole(lowest=1, highest=90))
TICKET_DAYS_PROVINCE = _key("ticket_days_province", kinds.whole(lowest=1, highest=90))
TAKE_BACK_NEEDS_SECOND_PERSON = _key("take_back_needs_second_person", kinds.boolean)
TAKE_BACK_STOPS_AT_NIL = _key("take_back_stops_at_nil", kinds.boolean)

# National alone: one series of rates for the country.
DEPOSIT_RATES: Key[DepositRates] = _key("deposit_rates", kinds.deposit_rates, everywhere=False)
