"""The restore drill adds the ledger up, and runs on the tables as they are."""

from __future__ import annotations

import pytest
from django.db import connection

from launcher.places import ROOT


@pytest.mark.django_db
def test_the_drill_says_ok_where_nothing_is_wrong() -> None:
    script = (ROOT / "deploy" / "drill.sql").read_text(encoding="utf-8")
    lines = [line for line in script.splitlines() if not line.startswith(("\\", "--"))]
    said = []
    for statement in "\n".join(lines).split(";"):
        if statement.strip():
            with connection.cursor() as cursor:
                cursor.execute(statement)
                said += [row[0] for row in cursor.fetchall()]
    assert [line.split()[0] for line in said] == ["ok", "ok", "ok", "as"]
