"""What identifies a person is masked wherever it is shown: the ends stay, the middle does not."""

from __future__ import annotations

from django import template

register = template.Library()


def _masked(text: str, *, head: int, tail: int) -> str:
    """Keep `head` and `tail` characters; what is too short to keep a middle is hidden whole."""
    hidden = len(text) - head - tail
    if hidden < 1:
        return "*" * len(text)
    return f"{text[:head]}{'*' * hidden}{text[-tail:]}"


@register.filter
def masked_id(value: str | None) -> str:
    """An ID number: `3401**********0028`. One that is masked already comes out the same."""
    return _masked(str(value), head=4, tail=4) if value else ""


@register.filter
def masked_phone(value: str | None) -> str:
    """A phone number: `138****2208`."""
    return _masked(str(value), head=3, tail=4) if value else ""


@register.filter
def initial(name: str | None) -> str:
    """The first character of a name, for a seat in the boat: `许`."""
    return str(name).strip()[:1].upper() if name else ""
