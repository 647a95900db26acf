"""The words for the policy pages: a title and a plain sentence for each key, and for standings."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Words:
    """What a key is called, and what it means in one sentence; translated when it is shown."""

    title: str | Promise
    meaning: str | Promise


TEXTS: Mapping[str, Words] = {
    "home_areas": Words(
        _("Areas at home"), _("Where a member can see a doctor without registering first.")
    ),
    "standing_months_back": Words(
        _("Months a contribution reaches"),
        _("For how many months after its own a paid contribution keeps a member insured."),
    ),
    "comes_of_age_at": Words(
        _("Of age"),
        _("Up to this age a parent may show a child's payment code."),
    ),
    "retired_from": Words(
        _("Retired from"), _("From when a member counts as retired after the formalities.")
    ),
    "benefit_year": Words(
        _("Benefit year"), _("The year over which the deductible and the cap are counted.")
    ),
    "outpatient": Words(
        _("Outpatient terms"),
        _("What the pooled fund pays of general outpatient care: deductible, ratio and cap."),
    ),
    "pooled_total_limit": Words(
        _("Total limit of the pooled fund"),
        _("The most that the pooled fund pays for a member in a year, for everything together."),
    ),
    "counts_to_total": Words(
        _("Counts to the total limit"),
        _("Whether outpatient payments use up the pooled fund's total limit."),
    ),
    "level_zero_counts_as": Words(
        _("Institutions without a level"),
        _("The level whose terms hold where an institution has none."),
    ),
    "remote_unregistered": Words(
        _("Away from home, not registered"),
        _("What happens at an institution elsewhere without an approved registration."),
    ),
    "remote_self_pay_ratio": Words(
        _("Paid first on a trip"),
        _("The share that a member pays first at an institution elsewhere, without registration."),
    ),
    "remote_requires_network": Words(
        _("Networked institutions elsewhere"),
        _("Whether a registered member elsewhere must use a networked institution."),
    ),
    "residence_kinds": Words(
        _("Who can register elsewhere"), _("The reasons for which a residence is registered.")
    ),
    "purposes_never_in_policy": Words(
        _("Never in policy"), _("What the pooled fund never pays for, whatever the institution.")
    ),
    "classes_in_full": Words(
        _("Classes that count in full"), _("Lines of these classes are in policy in full.")
    ),
    "classes_after_self_pay": Words(
        _("Classes with a share of one's own"),
        _("Lines of these classes are in policy after the share that the member pays first."),
    ),
    "code_required": Words(
        _("Settlement code needed"),
        _("Whether a line without a settlement code is out of policy and of the account."),
    ),
    "over_standard_out": Words(
        _("Over the payment standard"),
        _("Whether the part of a price over the payment standard is out of policy."),
    ),
    "pooled_categories": Words(
        _("General outpatient care"), _("The categories that the pooled fund pays as such.")
    ),
    "other_benefit_categories": Words(
        _("Settled by other benefits"),
        _("The categories that have a benefit of their own and are not paid from this one."),
    ),
    "designation_required": Words(
        _("Designated institutions"),
        _("Whether the pooled fund and the accounts pay at designated institutions alone."),
    ),
    "outpatient_designation_required": Words(
        _("Designated for outpatient care"),
        _("Whether an institution needs a designation of its own for pooled outpatient care."),
    ),
    "pharmacy_prescription_covered": Words(
        _("Prescriptions at pharmacies"),
        _("Whether the pooled fund pays for a prescription that a pharmacy fills."),
    ),
    "excluded_stays": Words(
        _("Stays without outpatient benefit"),
        _("During these stays the pooled fund pays no general outpatient care."),
    ),
    "stay_includes_first_day": Words(
        _("Day of admission"), _("Whether the day of admission belongs to the stay.")
    ),
    "stay_includes_last_day": Words(
        _("Day of discharge"), _("Whether the day of discharge belongs to the stay.")
    ),
    "admission_merges_visit": Words(
        _("A visit that leads to admission"),
        _("Whether such a visit joins the bill of the hospital stay."),
    ),
    "paper_bill_accepted": Words(
        _("Paper bills"), _("Whether a bill that was paid already can be handed in afterwards.")
    ),
    "paper_bill_alone_up_to": Words(
        _("Paper bills by one person"),
        _("Up to which payment of the fund one person approves a paper bill; above, two."),
    ),
    "account_use": Words(
        _("Use of the credit"),
        _("Whether credits stay in the personal account or are paid to a bank account."),
    ),
    "spending_order": Words(_("Order of spending"), _("Which money of an account is spent first.")),
    "purposes_payable_from_account": Words(
        _("Payable from the account all the same"),
        _("What is out of policy, and yet payable from a personal account."),
    ),
    "interest_day_count": Words(
        _("Days of interest"), _("By how many days a yearly rate is divided.")
    ),
    "age_counted_on": Words(
        _("Day of age"), _("The day on which a member's age is taken for a month's credit.")
    ),
    "average_basic_pension": Words(
        _("Average basic pension"),
        _("Yuan a month; retirees' credits are worked out from it."),
    ),
    "in_force_until": Words(
        _("Notice prolonged until"),
        _("The last day of a notice that has run out, for all its figures."),
    ),
    "sharing_open": Words(
        _("Family sharing"), _("Whether personal accounts can be shared with relatives.")
    ),
    "sharing_relations": Words(_("Relatives"), _("With whom a personal account can be shared.")),
    "sharing_excluded": Words(
        _("Left out of sharing"),
        _("Whether members of the area can neither share nor be shared with."),
    ),
    "consent_required": Words(
        _("Consent notice"), _("Whether the authorizer accepts a notice before sharing.")
    ),
    "cross_area_sharing": Words(
        _("Sharing across areas"), _("Whether relatives in another area of the province can share.")
    ),
    "cross_area_authorizers": Words(
        _("Authorizers from other areas"),
        _("How many authorizers from another area a person can have."),
    ),
    "family_seats": Words(
        _("Places in a family account"), _("With how many relatives an account can be shared.")
    ),
    "payer_order": Words(_("Order of payers"), _("Whose account pays first, and whose after it.")),
    "shared_only_in_province": Words(
        _("Shared money inside the province"),
        _("Whether relatives' accounts pay at institutions of the patient's province alone."),
    ),
    "premiums.large_amount": Words(
        _("Premium: large medical costs"),
        _("Whose account can pay the premium of the large-amount supplement."),
    ),
    "premiums.long_term_care": Words(
        _("Premium: long-term care"),
        _("Whose account can pay the premium of long-term care insurance."),
    ),
    "premiums.resident_insurance": Words(
        _("Premium: resident insurance"),
        _("Whose account can pay the premium of resident medical insurance."),
    ),
    "premiums.commercial_supplement": Words(
        _("Premium: city supplement"),
        _("Whose account can pay the premium of the commercial supplement."),
    ),
    "premium_amount.large_amount": Words(
        _("Amount: large medical costs"), _("What the premium is, and when it is collected.")
    ),
    "premium_amount.long_term_care": Words(
        _("Amount: long-term care"), _("What the premium is, and when it is collected.")
    ),
    "premium_amount.resident_insurance": Words(
        _("Amount: resident insurance"), _("What the premium is, and when it is collected.")
    ),
    "premium_amount.commercial_supplement": Words(
        _("Amount: city supplement"), _("What the premium is, and when it is collected.")
    ),
    "premium_amount": Words(
        _("Amount of a premium"), _("What a premium is, and when it is collected.")
    ),
    "family_premiums": Words(
        _("Premiums from relatives' accounts"),
        _("Whether the way of collecting premiums lets relatives' accounts pay them."),
    ),
    "premium_all_or_nothing": Words(
        _("Premiums paid whole"), _("Whether a premium is paid whole or not at all.")
    ),
    "premium_once_a_year": Words(
        _("One premium a year"), _("Whether each person pays a premium once a calendar year.")
    ),
    "run_due_day": Words(
        _("Day of the monthly run"), _("The day of the month on which its credits are prepared.")
    ),
    "ticket_days_county": Words(
        _("Days to answer, county"), _("Within how many days a county answers what members ask.")
    ),
    "ticket_days_city": Words(
        _("Days to answer, city"), _("The same for the city, once it has come there.")
    ),
    "ticket_days_province": Words(
        _("Days to answer, province"), _("The same for the province, once it has come there.")
    ),
    "run_limits": Words(
        _("Limits of a run"),
        _("How far a run may differ from the month before and be posted by itself."),
    ),
    "take_back_needs_second_person": Words(
        _("Taking money back"), _("Whether a correction that takes money waits for two persons.")
    ),
    "take_back_stops_at_nil": Words(
        _("Taking back stops at nil"),
        _("Whether a correction that takes money stops where the account is empty."),
    ),
    "deposit_rates": Words(
        _("Deposit rates"), _("The yearly rates that an account's interest is worked out from.")
    ),
    "tariff": Words(_("Monthly credit"), _("What is credited each month, and to whom.")),
    "no_account": Words(
        _("No personal account"), _("Who is insured without having a personal account.")
    ),
}

STANDINGS: Mapping[str, Words] = {
    "stated": Words(_("Stated"), _("A document says so.")),
    "assumed": Words(
        _("Assumed"), _("No document of this area says so; it is how the rules are read here.")
    ),
    "open": Words(
        pgettext_lazy("a figure", "Open"),
        _("The documents leave it open, and nobody has entered it yet."),
    ),
    "example": Words(_("Example"), _("Entered for a demonstration; it is no real figure.")),
}

DECIDERS: Mapping[str, str | Promise] = {
    "area": _("the healthcare security bureau of the area"),
    "province": _("the healthcare security administration of the province"),
    "national": _("the National Healthcare Security Administration"),
}


def words_of(key: str) -> Words:
    """The words for a key of `Book.explain`; a price or an exclusion has those of its kind."""
    found = TEXTS.get(key)
    return found if found is not None else TEXTS[key.partition(".")[0]]
