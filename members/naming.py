"""Names: how a user's is said, and the indexes by which staff find a person's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import F, Func, Index, Q, QuerySet, TextField, Value
from django.db.models.functions import Replace, StrIndex, Substr

from .family_names import OF_TWO_LETTERS

if TYPE_CHECKING:
    from .models import Person


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


#: The letters of a name: a trigram would find no part of a name that is two letters long.
LETTERS = Func(
    "name", Value(None), function="string_to_array", output_field=ArrayField(TextField())
)
#: The sound of a name, and of what comes after the first letter, which is the given name.
SOUND = Replace("name_key", Value(" "), Value(""))
GIVEN_SOUND = Replace(
    Substr("name_key", StrIndex(F("name_key"), Value(" ")) + Value(1)), Value(" "), Value("")
)
#: The sound of a given name after a family name of two letters, and whose it is.
LATER_SOUND = Replace(
    Func("name_key", Value("^[^ ]+ [^ ]+ "), Value(""), function="regexp_replace",
         output_field=TextField()),
    Value(" "), Value(""), output_field=TextField(),
)  # fmt: skip
OF_SUCH_A_FAMILY = Q(name__regex=f"^({'|'.join(OF_TWO_LETTERS)})")

#: How staff find somebody: by any part of the name, its sound, and the phone.
FINDING = [
    Index(fields=["name_key"], name="person_by_name_key"),
    Index(fields=["name"], name="person_by_name", opclasses=["varchar_pattern_ops"]),
    GinIndex(LETTERS, name="person_by_letters"),
    Index(OpClass(SOUND, "text_pattern_ops"), name="person_by_sound"),
    Index(OpClass(GIVEN_SOUND, "text_pattern_ops"), name="person_by_given_sound"),
    Index(
        OpClass(LATER_SOUND, "text_pattern_ops"),
        name="person_by_later_sound",
        condition=OF_SUCH_A_FAMILY,
    ),
    Index(fields=["phone"], name="person_by_phone", condition=~Q(phone="")),
]


def called(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Return who of them has this in the name, anywhere: 志远 finds 林志远. By an index."""
    part = "".join(text.split())
    lettered = people.alias(letters=LETTERS)
    # The stubs take the alias for a text.
    return lettered.filter(letters__contains=list(part), name__contains=part)  # type: ignore[misc]


def sounding(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Return whose name, or given name, begins with this sound: zhiyuan, linzhi. By an index.

    Of 欧阳修远 both xiuyuan and yangxiuyuan do: nobody can tell which family is meant.
    """
    sound = "".join(text.split()).lower().replace("'", "")
    named = people.alias(sound=SOUND, given_sound=GIVEN_SOUND, later_sound=LATER_SOUND)
    later = OF_SUCH_A_FAMILY & Q(later_sound__startswith=sound)
    return named.filter(Q(sound__startswith=sound) | Q(given_sound__startswith=sound) | later)
