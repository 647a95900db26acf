"""How a visitor wants the pages to look: theme, contrast, view. Kept in cookies, not in scripts.

The server writes the choice into `<html>`, so the first paint is right and no script is needed.
An unknown cookie value counts as none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

THEMES = ("system", "light", "dark")
CONTRASTS = ("normal", "high")
VIEWS = ("standard", "elder")

# Cookie names; the value is one of the words above. The first word of each list is the default.
COOKIES: Mapping[str, tuple[str, ...]] = {
    "theme": THEMES,
    "contrast": CONTRASTS,
    "view": VIEWS,
}
# A year, in seconds: long enough that a grandparent meets the large letters again.
COOKIE_AGE = 365 * 24 * 60 * 60


@dataclass(frozen=True, kw_only=True)
class Display:
    """A visitor's choices, each one of the words above."""

    theme: str
    contrast: str
    view: str

    @property
    def is_elder(self) -> bool:
        return self.view == "elder"

    @property
    def is_high_contrast(self) -> bool:
        return self.contrast == "high"


def read(cookies: Mapping[str, str]) -> Display:
    """The choices that the cookies of a request carry."""
    chosen = {
        name: cookies[name] if cookies.get(name) in words else words[0]
        for name, words in COOKIES.items()
    }
    return Display(**chosen)
