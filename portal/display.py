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
#: The header by which a browser that was asked for it tells whether it is set to dark.
HINT = "Sec-CH-Prefers-Color-Scheme"
# A year, in seconds: long enough that a grandparent meets the large letters again.
COOKIE_AGE = 365 * 24 * 60 * 60


@dataclass(frozen=True, kw_only=True)
class Display:
    """A visitor's choices, each one of the words above."""

    theme: str
    contrast: str
    view: str
    #: What the browser says of its own colours (`light`, `dark`), or "" where it says nothing.
    system: str = ""

    @property
    def is_elder(self) -> bool:
        return self.view == "elder"

    @property
    def is_dark(self) -> bool:
        """Whether the page is known to be drawn dark; a browser may not tell its own theme."""
        return (self.system if self.theme == "system" else self.theme) == "dark"

    @property
    def is_high_contrast(self) -> bool:
        return self.contrast == "high"


def read(cookies: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Display:
    """The choices that the cookies of a request carry, and the hint of its browser."""
    chosen = {
        name: cookies[name] if cookies.get(name) in words else words[0]
        for name, words in COOKIES.items()
    }
    hint = (headers or {}).get(HINT, "").strip('"').lower()
    return Display(**chosen, system=hint if hint in THEMES[1:] else "")
