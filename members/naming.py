"""Names: how a user's is said, and the indexes by which staff find a person's."""

from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db.models import Index, Q, Value
from django.db.models.functions import Replace


class SaidInOrder:
    """A user whose name is said in its order."""

    first_name: str
    last_name: str

    def get_full_name(self) -> str:
        """Return the name: a Chinese one with the family's name first and no space."""
        given, family = self.first_name.strip(), self.last_name.strip()
        if (given + family).isascii():
            return f"{given} {family}".strip()
        return f"{family}{given}"


#: How staff find somebody: by the beginning of the name, its sound, and the phone.
FINDING = [
    Index(fields=["name_key"], name="person_by_name_key"),
    Index(fields=["name"], name="person_by_name", opclasses=["varchar_pattern_ops"]),
    Index(
        OpClass(Replace("name_key", Value(" "), Value("")), "text_pattern_ops"),
        name="person_by_sound",
    ),
    Index(fields=["phone"], name="person_by_phone", condition=~Q(phone="")),
]
