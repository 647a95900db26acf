"""What the application's database role may do with each table, read off the models.

Whatever only grows by its triggers is not granted for changing or deleting either: a trigger can be
lifted by the tables' owner, a right that was never given cannot be used. Nothing is granted that
empties a table, lifts a trigger or makes a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pghistory.models
import pgtrigger
from django.apps import apps
from django.db import models

#: Changes go no further than these columns, whatever the triggers leave open.
CHANGEABLE: dict[str, tuple[str, ...]] = {
    "claims.Claim": ("state", "undone_on"),
    "claims.LookupBudget": ("used",),
    "claims.Machine": ("name", "scopes", "networks", "closed_at"),
    "claims.MachineKey": ("ends_at",),
    "members.Ticket": ("level", "owner", "state", "due_on", "answered_on", "seen_at"),
    "record.Change": ("state", "decided_by", "decided_on", "decision_note"),
    "record.Role": ("ends_on",),
    "accounts.LedgerAccount": ("current", "carried", "year", "closed_through", "frozen_on"),
    "policy.RefusalCount": ("number",),
    "families.Binding": ("cross_area", "ended_on", "ended_code"),
    "families.BindingCheck": (
        "area",
        "asked_on",
        "answer_by",
        "answer",
        "answered_on",
        "answered_via",
        "answer_note",
        "verdict",
        "closed_on",
        "closed_by",
        "note",
    ),
    "families.Premium": ("state", "state_on", "state_note", "collection"),
    "families.RecoveryItem": ("closed_on", "note"),
}

#: Rows of these are changed but never deleted.
KEPT = frozenset(
    {
        "accounts.Chunk",
        "accounts.LedgerAccount",
        "accounts.Run",
        "accounts.SkippedMonth",
        "claims.Accumulator",
        "families.Binding",
        "families.BindingCheck",
        "families.Premium",
        "families.RecoveryItem",
        "record.Message",
        "record.Role",
    }
)

#: Tables of Django's that the application only reads.
READ_ONLY = frozenset({"django_migrations"})


@dataclass(frozen=True, slots=True)
class Grant:
    """Rights on one table; `columns` are those that may be changed, None for all, () for none."""

    table: str
    insert: bool
    delete: bool
    columns: tuple[str, ...] | None

    def statements(self) -> Iterator[str]:
        """Yield the rights, as GRANT writes them."""
        yield "SELECT"
        if self.insert:
            yield "INSERT"
        if self.delete:
            yield "DELETE"
        if self.columns is None:
            yield "UPDATE"
        elif self.columns:
            yield f"UPDATE ({', '.join(self.columns)})"


def grants() -> list[Grant]:
    """Return the rights on every table that a model keeps, by table."""
    found = {
        model._meta.db_table: _grant_for(model)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return [found[table] for table in sorted(found)]


def _grant_for(model: type[models.Model]) -> Grant:
    label = model._meta.label
    table = model._meta.db_table
    if issubclass(model, pghistory.models.Event):
        # The history is written by triggers, with the rights of whoever changes the row.
        return Grant(table, insert=True, delete=False, columns=())
    protected = _protected(model)
    columns = CHANGEABLE.get(label)
    if columns is not None:
        columns = tuple(_column(model, name) for name in columns)
    if pgtrigger.Update in protected:
        columns = ()
    delete = pgtrigger.Delete not in protected and label not in KEPT
    return Grant(table, insert=True, delete=delete, columns=columns)


def _column(model: type[models.Model], name: str) -> str:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field), f"{model._meta.label}.{name} is kept in no column"
    return str(field.column)


def _protected(model: type[models.Model]) -> set[pgtrigger.Operation]:
    """Return the operations that the model's triggers refuse whatever the row."""
    found: set[pgtrigger.Operation] = set()
    for trigger in getattr(model._meta, "triggers", []):
        if (
            isinstance(trigger, pgtrigger.Protect)
            and not isinstance(trigger, pgtrigger.ReadOnly)
            and trigger.condition is None
            and not isinstance(trigger.operation, pgtrigger.UpdateOf)
            and (operation := trigger.operation) is not None
        ):
            found.update(
                operation.operations if isinstance(operation, pgtrigger.Operations) else [operation]
            )
    return found
