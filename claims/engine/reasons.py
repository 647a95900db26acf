"""Why the pooled fund does not pay (rules 6.2): every reason that applies, with its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policy.book import Rules, Value

from .decision import Reason
from .facts import Facts


def reasons_not_to_pool(facts: Facts, rules: Rules) -> tuple[Reason, ...]:
    """Return every reason that keeps the pooled fund from paying, in order of its code."""
    found = [
        Reason(code=code, source=value.source)
        for code, applies, value in _checks(facts, rules)
        if applies
    ]
    return tuple(sorted(found, key=lambda reason: reason.code))


def at_home(facts: Facts, rules: Rules) -> bool:
    """Say whether the institution lies where the patient is at home (2.5)."""
    return facts.provider.area in rules.home_areas.value


def _checks(facts: Facts, rules: Rules) -> Iterator[tuple[str, bool, Value[Any]]]:
    """Yield each reason, whether it applies, and the value that it rests on."""
    yield from _about_the_institution(facts, rules)
    yield from _about_the_patient(facts, rules)
    yield from _about_the_bill(facts, rules)


def _about_the_institution(facts: Facts, rules: Rules) -> Iterator[tuple[str, bool, Value[Any]]]:
    provider = facts.provider
    away = not at_home(facts, rules)
    registered = facts.patient.registered
    yield (
        "not_designated",
        rules.designation_required.value and not provider.designated,
        rules.designation_required,
    )
    yield (
        "not_outpatient_designated",
        rules.outpatient_designation_required.value
        and provider.designated
        and not provider.outpatient,
        rules.outpatient_designation_required,
    )
    yield (
        "remote_not_registered",
        rules.remote_unregistered.value == "refuse" and away and not registered,
        rules.remote_unregistered,
    )
    yield (
        "remote_not_networked",
        rules.remote_requires_network.value and away and registered and not provider.networked,
        rules.remote_requires_network,
    )


def _about_the_patient(facts: Facts, rules: Rules) -> Iterator[tuple[str, bool, Value[Any]]]:
    patient = facts.patient
    resident = patient.scheme == "resident"
    # `paid_months` holds the months that count and that were paid by the service date (2.3).
    in_standing = patient.retired or bool(patient.paid_months)
    stays = rules.excluded_stays
    yield "resident_scheme", resident, rules.pooled_categories
    yield "not_in_good_standing", not resident and not in_standing, rules.standing_months_back
    for kind, code in (("hospital", "hospital_stay"), ("ltc_specialised", "ltc_specialised")):
        yield code, kind in stays.value and kind in patient.stays, stays


def _about_the_bill(facts: Facts, rules: Rules) -> Iterator[tuple[str, bool, Value[Any]]]:
    other_benefits, pooled = rules.other_benefit_categories, rules.pooled_categories
    covered = rules.pharmacy_prescription_covered
    at_pharmacy = facts.provider.kind == "pharmacy"
    prescribed = facts.prescriber_level is not None
    yield (
        "merged_into_admission",
        rules.admission_merges_visit.value and facts.merged_into_admission,
        rules.admission_merges_visit,
    )
    yield "settled_by_other_benefit", facts.category in other_benefits.value, other_benefits
    yield (
        "account_only",
        facts.category not in pooled.value and facts.category not in other_benefits.value,
        pooled,
    )
    yield "no_prescription", at_pharmacy and not prescribed, covered
    yield "pharmacy_not_covered", at_pharmacy and prescribed and not covered.value, covered
