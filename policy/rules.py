"""The rules of an area on a day: all that a claim, a binding, a premium or a move asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from policy import keys
from policy.keys import Key
from policy.values import Outpatient, Premium, PremiumAmount, RunLimits, Source, Value

T = TypeVar("T")


@dataclass(frozen=True)
class Rules:
    """The values in force in `area` (its code) on `day`, each with its source.

    None: not in force on that day, or an open figure that nobody has entered.
    """

    area: str
    day: date

    # Members and standing.
    home_areas: Value[tuple[str, ...]]
    standing_months_back: Value[int]
    comes_of_age_at: Value[int]
    retired_from: Value[str]
    benefit_year: Value[str]

    # What the pooled fund pays.
    outpatient: Value[Outpatient] | None
    pooled_total_limit: Value[Decimal] | None
    counts_to_total: Value[bool]
    level_zero_counts_as: Value[int]
    remote_unregistered: Value[str]
    remote_self_pay_ratio: Value[Decimal] | None
    remote_requires_network: Value[bool]
    residence_kinds: Value[frozenset[str]]

    # What the pooled fund leaves out.
    purposes_never_in_policy: Value[frozenset[str]]
    classes_in_full: Value[frozenset[str]]
    classes_after_self_pay: Value[frozenset[str]]
    code_required: Value[bool]
    over_standard_out: Value[bool]
    pooled_categories: Value[frozenset[str]]
    other_benefit_categories: Value[frozenset[str]]
    designation_required: Value[bool]
    outpatient_designation_required: Value[bool]
    pharmacy_prescription_covered: Value[bool]
    excluded_stays: Value[frozenset[str]]
    stay_includes_first_day: Value[bool]
    stay_includes_last_day: Value[bool]
    admission_merges_visit: Value[bool]
    paper_bill_accepted: Value[bool]
    paper_bill_alone_up_to: Value[Decimal]

    # The personal account.
    account_use: Value[str]
    spending_order: Value[str]
    purposes_payable_from_account: Value[frozenset[str]]
    interest_day_count: Value[str]
    age_counted_on: Value[str]

    # The family account.
    sharing_open: Value[bool]
    sharing_relations: Value[frozenset[str]]
    sharing_excluded: Value[bool]
    consent_required: Value[bool]
    cross_area_sharing: Value[bool]
    cross_area_authorizers: Value[int]
    family_seats: Value[int] | None
    payer_order: Value[tuple[str, ...]]
    shared_only_in_province: Value[bool]

    # Premiums: the products that may be paid from an account on that day, and those with a row.
    premiums: Mapping[str, Value[Premium]]
    premium_amount: Mapping[str, Value[PremiumAmount]]
    family_premiums: Value[bool]
    premium_all_or_nothing: Value[bool]
    premium_once_a_year: Value[bool]

    # The work of the agency.
    run_due_day: Value[int]
    run_limits: Value[RunLimits]
    ticket_days_county: Value[int]
    ticket_days_city: Value[int]
    ticket_days_province: Value[int]
    take_back_needs_second_person: Value[bool]
    take_back_stops_at_nil: Value[bool]

    def sources(self) -> Mapping[str, Source]:
        """The source of every value in force, by its key."""
        found: dict[str, Source] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, Value):
                found[item.name] = value.source
            elif isinstance(value, Mapping):
                found |= {f"{item.name}.{part}": inner.source for part, inner in value.items()}
        return found

    @property
    def examples(self) -> tuple[str, ...]:
        """The keys whose value was entered as an example, which every page that uses them says."""
        return tuple(key for key, source in self.sources().items() if source.standing == "example")


def build_rules(*, area: str, day: date, find: Callable[[Key[Any]], Value[Any] | None]) -> Rules:
    """The rules of an area on a day, from whatever finds the value of a key there and then."""

    def need(key: Key[T]) -> Value[T]:
        found = find(key)
        if found is None:
            # The loader refuses a national file that leaves such a key out.
            raise LookupError(f"{key.name} is in force nowhere")
        return found

    def maybe(key: Key[T]) -> Value[T] | None:
        return find(key)

    home = need(keys.HOME_AREAS)
    premiums = {product: maybe(key) for product, key in keys.PREMIUMS.items()}
    amounts = {product: maybe(key) for product, key in keys.PREMIUM_AMOUNTS.items()}
    return Rules(
        area=area,
        day=day,
        home_areas=Value(
            value=tuple(area if code == "own" else code for code in home.value), source=home.source
        ),
        standing_months_back=need(keys.STANDING_MONTHS_BACK),
        comes_of_age_at=need(keys.COMES_OF_AGE_AT),
        retired_from=need(keys.RETIRED_FROM),
        benefit_year=need(keys.BENEFIT_YEAR),
        outpatient=maybe(keys.OUTPATIENT),
        pooled_total_limit=maybe(keys.POOLED_TOTAL_LIMIT),
        counts_to_total=need(keys.COUNTS_TO_TOTAL),
        level_zero_counts_as=need(keys.LEVEL_ZERO_COUNTS_AS),
        remote_unregistered=need(keys.REMOTE_UNREGISTERED),
        remote_self_pay_ratio=maybe(keys.REMOTE_SELF_PAY_RATIO),
        remote_requires_network=need(keys.REMOTE_REQUIRES_NETWORK),
        residence_kinds=need(keys.RESIDENCE_KINDS),
        purposes_never_in_policy=need(keys.PURPOSES_NEVER_IN_POLICY),
        classes_in_full=need(keys.CLASSES_IN_FULL),
        classes_after_self_pay=need(keys.CLASSES_AFTER_SELF_PAY),
        code_required=need(keys.CODE_REQUIRED),
        over_standard_out=need(keys.OVER_STANDARD_OUT),
        pooled_categories=need(keys.POOLED_CATEGORIES),
        other_benefit_categories=need(keys.OTHER_BENEFIT_CATEGORIES),
        designation_required=need(keys.DESIGNATION_REQUIRED),
        outpatient_designation_required=need(keys.OUTPATIENT_DESIGNATION_REQUIRED),
        pharmacy_prescription_covered=need(keys.PHARMACY_PRESCRIPTION_COVERED),
        excluded_stays=need(keys.EXCLUDED_STAYS),
        stay_includes_first_day=need(keys.STAY_INCLUDES_FIRST_DAY),
        stay_includes_last_day=need(keys.STAY_INCLUDES_LAST_DAY),
        admission_merges_visit=need(keys.ADMISSION_MERGES_VISIT),
        paper_bill_accepted=need(keys.PAPER_BILL_ACCEPTED),
        paper_bill_alone_up_to=need(keys.PAPER_BILL_ALONE_UP_TO),
        account_use=need(keys.ACCOUNT_USE),
        spending_order=need(keys.SPENDING_ORDER),
        purposes_payable_from_account=need(keys.PURPOSES_PAYABLE_FROM_ACCOUNT),
        interest_day_count=need(keys.INTEREST_DAY_COUNT),
        age_counted_on=need(keys.AGE_COUNTED_ON),
        sharing_open=need(keys.SHARING_OPEN),
        sharing_relations=need(keys.SHARING_RELATIONS),
        sharing_excluded=need(keys.SHARING_EXCLUDED),
        consent_required=need(keys.CONSENT_REQUIRED),
        cross_area_sharing=need(keys.CROSS_AREA_SHARING),
        cross_area_authorizers=need(keys.CROSS_AREA_AUTHORIZERS),
        family_seats=maybe(keys.FAMILY_SEATS),
        payer_order=need(keys.PAYER_ORDER),
        shared_only_in_province=need(keys.SHARED_ONLY_IN_PROVINCE),
        premiums={
            product: value
            for product, value in premiums.items()
            if value is not None and (value.value.own or value.value.relatives)
        },
        premium_amount={product: value for product, value in amounts.items() if value is not None},
        family_premiums=need(keys.FAMILY_PREMIUMS),
        premium_all_or_nothing=need(keys.PREMIUM_ALL_OR_NOTHING),
        premium_once_a_year=need(keys.PREMIUM_ONCE_A_YEAR),
        run_due_day=need(keys.RUN_DUE_DAY),
        run_limits=need(keys.RUN_LIMITS),
        ticket_days_county=need(keys.TICKET_DAYS_COUNTY),
        ticket_days_city=need(keys.TICKET_DAYS_CITY),
        ticket_days_province=need(keys.TICKET_DAYS_PROVINCE),
        take_back_needs_second_person=need(keys.TAKE_BACK_NEEDS_SECOND_PERSON),
        take_back_stops_at_nil=need(keys.TAKE_BACK_STOPS_AT_NIL),
    )
