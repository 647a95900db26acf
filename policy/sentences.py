"""The sentences for values that are a yes or no, a word of a few, a count, or a list of words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: Key → value → what it means for a member.
SENTENCES: Mapping[str, Mapping[bool | str, str | Promise]] = {
    "retired_from": {"next_month": _("from the first day of the month after the formalities")},
    "benefit_year": {"calendar_year": _("from 1 January to 31 December")},
    "counts_to_total": {
        True: _("yes, outpatient payments count to the fund's total limit too"),
        False: _("no, outpatient payments use up no other limit"),
    },
    "remote_unregistered": {
        "refuse": _("the pooled fund does not pay; account money may"),
        "self_pay_first": _("a share is yours first, then the pooled fund pays"),
    },
    "remote_requires_network": {
        True: _("yes, a connected institution is needed"),
        False: _("no, any designated institution there will do"),
    },
    "code_required": {
        True: _("yes; without the code neither the fund nor an account pays"),
        False: _("no"),
    },
    "over_standard_out": {
        True: _("the part over the standard is yours"),
        False: _("the whole price counts"),
    },
    "designation_required": {
        True: _("yes, at designated institutions alone"),
        False: _("no, anywhere"),
    },
    "outpatient_designation_required": {
        True: _("yes, one that is designated for outpatient care too"),
        False: _("no"),
    },
    "pharmacy_prescription_covered": {
        True: _("yes; the level is that of the doctor who prescribed"),
        False: _("no; with the same prescription it pays at the hospital"),
    },
    "stay_includes_first_day": {
        True: _("it belongs to the stay"),
        False: _("it does not belong to the stay"),
    },
    "stay_includes_last_day": {
        True: _("it belongs to the stay"),
        False: _("it does not belong to the stay"),
    },
    "admission_merges_visit": {
        True: _("yes, it is settled together with the stay"),
        False: _("no, it is settled by itself"),
    },
    "paper_bill_accepted": {
        True: _("yes; the fund's share then goes to the bank account"),
        False: _("no"),
    },
    "account_use": {
        "kept": _("they stay in the personal account"),
        "disbursed": _("they are paid to the bank card"),
    },
    "spending_order": {
        "current_first": _("this year's money first, then that of earlier years"),
        "carried_first": _("the money of earlier years first, then this year's"),
    },
    "interest_day_count": {"days_of_year": _("by the real days of the year, 365 or 366")},
    "age_counted_on": {"month_end": _("the last day of the month")},
    "sharing_open": {True: _("yes, it is open"), False: _("not yet")},
    "sharing_excluded": {
        True: _("yes, members here cannot share accounts"),
        False: _("no, members here can share"),
    },
    "consent_required": {
        True: _("yes, the owner of the account reads and accepts it first"),
        False: _("no"),
    },
    "cross_area_sharing": {
        True: _("yes, with relatives in another area of the province too"),
        False: _("no, inside the area alone"),
    },
    "shared_only_in_province": {
        True: _("yes, inside the province alone"),
        False: _("no, elsewhere too"),
    },
    "family_premiums": {
        True: _("yes, relatives' accounts can pay"),
        False: _("no, not the way premiums are collected here"),
    },
    "premium_all_or_nothing": {
        True: _("whole or not at all; nothing is taken where the accounts hold too little"),
        False: _("in part too"),
    },
    "premium_once_a_year": {True: _("once a calendar year"), False: _("more than once")},
    "take_back_needs_second_person": {
        True: _("yes, two persons of the staff decide"),
        False: _("no, one person decides"),
    },
    "take_back_stops_at_nil": {
        True: _("yes, an account never goes below nil"),
        False: _("no"),
    },
}

#: Key → what it means where there is no value; a key with a dot has that of its first part.
ABSENT: Mapping[str, str | Promise] = {
    "family_seats": _("no limit"),
    "average_basic_pension": _("not needed here"),
    "pooled_total_limit": _("no total limit is entered"),
    "remote_self_pay_ratio": _("nothing of the kind"),
    "in_force_until": _("not prolonged"),
    "premiums": _("not from accounts"),
    "premium_amount": _("not entered"),
    "no_account": _("nobody: all have one"),
}

#: Key of a count → its sentence.
COUNTED: Mapping[str, str | Promise] = {
    "standing_months_back": _("%(count)s month(s) after its own"),
    "comes_of_age_at": _("at %(count)s years"),
    "level_zero_counts_as": _("as level %(count)s"),
    "cross_area_authorizers": _("at most %(count)s"),
    "family_seats": _("with at most %(count)s relatives"),
    "ticket_days_county": _("within %(count)s days"),
    "ticket_days_city": _("within %(count)s days"),
    "ticket_days_province": _("within %(count)s days"),
    "run_due_day": _("the %(count)s. of each month"),
}

#: The words of lists, in the order in which they are said.
LISTED: Mapping[str, str | Promise] = {
    # Who registers elsewhere
    "resettled": _("who settled there in retirement"),
    "long_term": _("who lives there for long"),
    "posted": _("who was posted there"),
    # Classes and categories
    "A": _("class A"),
    "B": _("class B"),
    "C": _("class C"),
    "outpatient": _("ordinary outpatient care"),
    "emergency": _("emergencies"),
    "chronic_special": _("chronic and special diseases"),
    "dual_channel": _("dual-channel drugs"),
    "maternity": _("maternity"),
    "day_surgery": _("day surgery"),
    # Purposes
    "public_health": _("public health services"),
    "fitness": _("sports and fitness"),
    "wellness": _("wellness products"),
    "checkup": _("health check-ups"),
    "vaccine_programme": _("vaccines of the state programme"),
    "vaccine_other": _("other vaccines"),
    # Stays
    "hospital": _("in hospital"),
    "ltc_specialised": _("in specialised long-term care"),
    "ltc_other": _("in other long-term care"),
    # Relatives and payers
    "spouse": _("husband or wife"),
    "parent": _("parents"),
    "child": _("children"),
    "own": pgettext_lazy("whose account pays", "one's own account"),
    "local": pgettext_lazy("whose account pays", "relatives of the same area, by date"),
    "cross_area": pgettext_lazy("whose account pays", "the relative of another area"),
    # Modes and employment
    "combined": _("combined mode (fund and account)"),
    "pool_only": _("pool-only mode (fund alone)"),
    "employed": _("employed"),
    "flexible": _("in flexible employment"),
}
