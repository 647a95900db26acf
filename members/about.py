"""What a ticket is about: a settlement, a movement, a registration, a binding, whatever a room has.

A ticket names it by a kind and a key. The room of the thing registers who tells of it, in its
`AppConfig.ready`; only what a person may see themselves is told, so that a ticket can be opened
about one's own things alone, and nothing is learnt by trying keys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .models import Person


@dataclass(frozen=True, slots=True)
class About:
    """A thing in words, with where its own page is and the area that it belongs to.

    `area`: who answers; empty for the area in which the person is insured.
    """

    title: str
    url: str = ""
    area: str = ""


#: `teller(person, key)`: what the key means to this person, or None where it is none of theirs.
Teller = Callable[[Person, str], About | None]
_TELLERS: dict[str, Teller] = {}


def register_about(kind: str, teller: Teller) -> None:
    """Make known who tells of the things of a kind."""
    _TELLERS[kind] = teller


def about(person: Person | None, kind: str, key: str) -> About | None:
    """Return what a kind and a key mean to a person, or None where it is nothing of theirs."""
    teller = _TELLERS.get(kind)
    return teller(person, key) if teller is not None and person is not None else None


def read_address(text: str) -> tuple[str, str]:
    """Split `claim:JS2026`, as addresses have it, into kind and key; two empty texts for none."""
    kind, _, key = text.partition(":")
    return (kind, key) if kind in _TELLERS and key else ("", "")
