"""Payloads in every text that somebody can write, straight into the tables: for threat 55.

Which texts: every column of letters that is no choice, no code and no key, in every model of the
portal, and the texts inside JSON. A new column is planted by itself. Each payload ends with the
number of its column, so that a page tells which of them it shows.
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from tests.staffed import ROOMS

#: What would run, or become an element, or be worked out, if it were not escaped.
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img class=planted src=x onerror=alert(2)>',
    "'><svg class=planted onload=alert(3)>",
    "javascript:alert(4)",
    "{{7919*7907}}{% debug %}",
    "</textarea></title><b class=planted>",
    "\u202e王\u2066\u200b\ufeff\u200d<b class=planted>",
)
WORKED_OUT = str(7919 * 7907)
#: Room for the number of the column and of the row behind a payload.
_MARK = 14
_MARKED = re.compile(r"~(\d+)\.\d+~")
#: Columns that no person fills in: the portal makes or checks what stands there.
_NOT_TYPED = re.compile(
    r"(^|_)(key|hash|sha256|code|number|verb|object|thing|kind|seed|sound|pgh_label|client_id|pattern|language|"
    r"username|password|reference)$"
)
#: Columns whose text is one of the portal's own codes although the model gives no choices.
_CODES = frozenset({"accounts_skippedmonth.reason", "claims_claim.reasons"})
_TYPED_NUMBERS = frozenset(
    {"claims_claim.bill_number", "claims_claim.visit_number", "claims_claim.prescription_number",
     "claims_paperbill.bill_number", "policy_figure.document_number",
     "clearing_clearingstatement.bank_reference", "clearing_dayrow.visit_number"}
)  # fmt: skip
#: Texts inside JSON, by the name they have there.
_IN_JSON = frozenset(
    {"name", "note", "title", "document_title", "document_number", "holder", "bank", "user",
     "institution", "reason_text", "payee", "text"}
)  # fmt: skip


def plant() -> dict[int, str]:
    """Plant a payload in each row of each column; return the columns by their numbers."""
    columns: dict[int, str] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in apps.get_models():
            if model._meta.app_label not in ROOMS or model._meta.proxy or not model._meta.managed:
                continue
            # What only grows is changed here, as only the owner of the tables could.
            cursor.execute(f'ALTER TABLE "{model._meta.db_table}" DISABLE TRIGGER USER')
            for field in model._meta.concrete_fields:
                name = f"{model._meta.db_table}.{field.column}"
                number = len(columns) + 1
                if isinstance(field, models.JSONField):
                    if _plant_json(cursor, model, str(field.column), number):
                        columns[number] = name
                elif _is_typed(field, name) and _plant(cursor, model, field, number):
                    columns[number] = name
            cursor.execute(f'ALTER TABLE "{model._meta.db_table}" ENABLE TRIGGER USER')
    return columns


def seen_in(page: str) -> set[int]:
    """Return the numbers of the columns whose payloads stand in a page."""
    return {int(number) for number in _MARKED.findall(page)}


def _is_typed(field: Any, name: str) -> bool:
    if not isinstance(field, models.CharField | models.TextField) or name in _CODES:
        return False
    if field.choices or field.unique or (field.max_length or 1000) < 40:
        return False
    return name in _TYPED_NUMBERS or not _NOT_TYPED.search(str(field.column))


def _plant(cursor: Any, model: type[models.Model], field: Any, number: int) -> bool:
    room = (field.max_length or 1000) - _MARK
    fitting = [payload for payload in PAYLOADS if len(payload) <= room]
    table, key = model._meta.db_table, model._meta.pk.column
    row = f'row_number() OVER (ORDER BY "{key}")'
    cursor.execute(
        f'UPDATE "{table}" AS t SET "{field.column}" = planted.text FROM ('
        f'SELECT "{key}" AS key, (%s::text[])[1 + (%s + {row}) %% %s]'
        f" || '~' || %s || '.' || {row} || '~' AS text"
        f' FROM "{table}") AS planted WHERE t."{key}" = planted.key',
        [fitting, number, len(fitting), number],
    )
    return bool(cursor.rowcount)


def _plant_json(cursor: Any, model: type[models.Model], column: str, number: int) -> int:
    table, key = model._meta.db_table, model._meta.pk.column
    cursor.execute(f'SELECT "{key}", "{column}"::text FROM "{table}" WHERE "{column}" IS NOT NULL')
    changed = []
    for place, (row, text) in enumerate(cursor.fetchall()):
        before = json.loads(text)
        payload = f"{PAYLOADS[(place + number) % len(PAYLOADS)]}~{number}.{place}~"
        after = _with(before, payload)
        if after != before:
            changed.append((json.dumps(after), row))
    cursor.executemany(f'UPDATE "{table}" SET "{column}" = %s WHERE "{key}" = %s', changed)
    return len(changed)


def _with(value: Any, payload: str) -> Any:
    if isinstance(value, dict):
        # A step of a decision has a name of the portal's own beside its figures.
        typed = _IN_JSON - {"name"} if "figures" in value else _IN_JSON
        return {
            name: payload if name in typed and isinstance(inner, str) else _with(inner, payload)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_with(inner, payload) for inner in value]
    return value
