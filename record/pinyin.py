"""Names by their sound: for who types `hefei` or `hf` and means 合肥."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from pypinyin import Style, lazy_pinyin


def sound_of(name: str) -> str:
    """Return a name's pinyin without tones, a blank, and its initials: `hefei hf`."""
    syllables = [part.lower() for part in lazy_pinyin(name, style=Style.NORMAL)]
    whole = "".join("".join(syllables).split())
    return f"{whole} {''.join(part[:1] for part in syllables).strip()}"


class PinyinField(models.CharField):  # type: ignore[type-arg]  # generic in the stubs alone
    """Holds the sound of another field of the row; it is filled whenever the row is saved whole."""

    def __init__(self, *args: Any, of: str = "", **kwargs: Any) -> None:
        self.of = of
        kwargs.setdefault("blank", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Work the sound out anew: it can never differ from the name."""
        sound = sound_of(getattr(model_instance, self.of))[: self.max_length]
        setattr(model_instance, self.attname, sound)
        return sound
