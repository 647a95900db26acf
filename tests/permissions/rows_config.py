"""Rows of what machines ask for."""

from tests.permissions.table import Row, everybody

ROWS = {
    "healthz": Row(get=everybody(200)),
    "readyz": Row(get=everybody(200)),
}
