"""Why the pooled fund does not pay a bill, in words for the patient."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Code of `claims.engine.adjudicate` → what it means, and what would help.
REASONS: Mapping[str, str | Promise] = {
    "account_only": _(
        "This was bought without asking the pooled fund, as things without a prescription are."
    ),
    "hospital_stay": _(
        "You were in hospital on that day. During a stay, treatment is settled with the stay."
    ),
    "ltc_specialised": _(
        "You were in specialised long-term care on that day, which has a benefit of its own."
    ),
    "merged_into_admission": _(
        "The visit led to an admission and is settled together with the hospital stay."
    ),
    "no_prescription": _("At a pharmacy the pooled fund pays for what a doctor has prescribed."),
    "not_designated": _(
        "The institution is not a designated one. Ask for a designated one before you go."
    ),
    "not_in_good_standing": _(
        "No contribution for that month or the month before had been paid by that day. Ask your "
        "employer, or pay what is missing; from then on the fund pays again."
    ),
    "not_outpatient_designated": _(
        "The institution is designated, but not for outpatient care from the pooled fund."
    ),
    "pharmacy_not_covered": _(
        "In your area the pooled fund does not pay prescriptions at pharmacies. With the same "
        "prescription it pays at the hospital."
    ),
    "remote_not_networked": _(
        "The institution elsewhere is not connected. At a connected one there the fund pays."
    ),
    "remote_not_registered": _(
        "The institution lies outside your area, and no registration for that place was in force. "
        "Who lives elsewhere for long can register."
    ),
    "resident_scheme": _("You are in residents' insurance, which has a benefit of its own."),
    "settled_by_other_benefit": _("Another benefit of your insurance settles bills of this kind."),
}
