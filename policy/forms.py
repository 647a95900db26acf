"""Reading mappings and lists of a policy file, collecting what is wrong by key."""

from collections.abc import Mapping
from datetime import date

from policy import kinds
from policy.kinds import KindError
from policy.values import Problem


class Form:
    """One file being read; `problems` grows with everything that is wrong in it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def refuse(self, key: str, reason: str) -> None:
        """Note what is wrong with a key."""
        self.problems.append(Problem(self.name, key, reason))

    def refuse_inside(self, key: str, error: KindError) -> None:
        """Note what is wrong with a part of a key."""
        self.refuse(f"{key}.{error.where}" if error.where else key, error.reason)

    def day(self, key: str, raw: object) -> date | None:
        """A day, or None where it is none."""
        try:
            return kinds.day(raw)
        except KindError as error:
            self.refuse(key, error.reason)
            return None

    def items(self, raw: Mapping[object, object], key: str) -> list[object]:
        """The list under a key; empty where it is left out."""
        found = raw.get(key, [])
        if isinstance(found, list):
            return found
        self.refuse(key, "is not a list")
        return []

    def mapping(self, raw: Mapping[object, object], key: str) -> Mapping[object, object]:
        """The mapping under a key; empty where it is left out."""
        found = raw.get(key, {})
        if isinstance(found, Mapping):
            return found
        self.refuse(key, "is not a mapping")
        return {}

    def texts(
        self, key: str, raw: object, *, needed: tuple[str, ...], may_be_empty: str = ""
    ) -> dict[str, str] | None:
        """A mapping with exactly these texts, or None where something is wrong with it."""
        if not isinstance(raw, Mapping):
            self.refuse(key, f"is not a mapping of {', '.join(needed)}")
            return None
        before = len(self.problems)
        for part in raw:
            if part not in needed:
                self.refuse(f"{key}.{part}", "unknown key")
        for part in needed:
            if part not in raw:
                self.refuse(f"{key}.{part}", "is missing")
            elif not isinstance(raw[part], str) or not (raw[part].strip() or part == may_be_empty):
                self.refuse(f"{key}.{part}", f"{raw[part]!r} is not text")
        return None if len(self.problems) > before else dict(raw)
