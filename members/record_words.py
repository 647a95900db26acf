"""What was done with a person's record, in words for that person."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

#: What staff did with a record: the beginning of the audit verb → words.
_VERBS: Mapping[str, str | Promise] = {
    "look.unmask": _("saw your whole ID number"),
    "look.account": _("compared your whole bank account with the papers"),
    "look": _("looked at your record"),
    "members.look": _("looked at your record"),
    "members.bank_account": _("changed your bank account"),
    "members.ticket": _("worked on a question of yours"),
    "members.link": _("tied your sign-in to your insurance"),
    "members.contribute": _("recorded a contribution"),
    "members.retire": _("recorded your retirement"),
    "members.stay": _("recorded a stay"),
    "members.residence": _("worked on your registration elsewhere"),
    "families.bind": _("bound a relative"),
    "families.unbind": _("ended a binding"),
    "families.move": _("moved your insurance"),
    "families.premium": _("worked on a premium"),
    "families.check": _("checked a binding"),
    "families.death": _("worked on a report of death"),
    "families.payout": _("paid your account out"),
    "accounts.": _("corrected your account"),
    "claims.settle": _("settled a bill"),
    "claims.": _("worked on a bill"),
    "change.": _("worked on a change that needs two persons"),
}


def what_was_done(verb: str) -> str:
    """Return what an audit record's verb means, as what follows a name: “looked at your record”."""
    words = next((text for start, text in _VERBS.items() if verb.startswith(start)), None)
    return str(words) if words else gettext("worked on your record")
