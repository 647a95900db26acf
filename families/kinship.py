"""What a relative is called: mother or father, by the relation and the ID number (GB 11643)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Binding

_FEMALE, _MALE = 0, 1

_WORDS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    Binding.Relation.SPOUSE: (_("wife"), _("husband")),
    Binding.Relation.PARENT: (_("mother"), _("father")),
    Binding.Relation.CHILD: (_("daughter"), _("son")),
}
#: What the authorizer is to the member, where the member is to the authorizer …
_INVERSE = {
    Binding.Relation.SPOUSE: Binding.Relation.SPOUSE,
    Binding.Relation.PARENT: Binding.Relation.CHILD,
    Binding.Relation.CHILD: Binding.Relation.PARENT,
}


def kin(relation: str, *, id_number: str, inverse: bool = False) -> str:
    """Return what a relative is to somebody, such as mother; digit 17 of their ID says which.

    `inverse`: the relation was stated from the relative's side.
    """
    known = Binding.Relation(relation)
    words = _WORDS[_INVERSE[known] if inverse else known]
    return str(words[_MALE if int(id_number[16]) % 2 else _FEMALE])
