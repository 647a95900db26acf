"""What may be typed into a list's search box, worked out from the fields that are searched."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext, pgettext


def search_help(page: Any) -> str:
    """Return the words under the search box of a model's admin page."""
    model, paths = page.model, tuple(page.search_fields)
    names = list(dict.fromkeys(name for path in paths if (name := _name(model, path))))
    if any(path.endswith("name_key") for path in paths):
        names.append(gettext("the sound of a name (wang xiaoming)"))
    if any(path.endswith("number") and "person" in path for path in paths):
        names.append(gettext("an ID number"))
    return (
        gettext("Search by: %s") % pgettext("between items of a list", ", ").join(names)
        if names
        else ""
    )


def _name(model: type[models.Model], path: str) -> str:
    """Name the last field of a path, with whose it is where it is of another row."""
    steps = path.lstrip("^=@").split("__")
    if steps[-1] in {"startswith", "contains"}:
        steps.pop()
    if steps[-1] == "name_key":
        return ""
    whose = ""
    at: Any = model
    for step in steps[:-1]:
        field = at._meta.get_field(step)
        at = field.related_model
        # Where nobody has named the relation, it is called by what it leads to.
        named = str(getattr(field, "verbose_name", step))
        whose = named if named != step.replace("_", " ") else str(at._meta.verbose_name)
    name = str(at._meta.get_field(steps[-1]).verbose_name)
    return f"{whose} {name}" if whose else name
