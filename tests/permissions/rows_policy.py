"""Rows of the policy's desk."""

from tests.permissions.table import Row, desk, desk_post

ROWS = {
    "policy:desk_rules": Row(get=desk()),
    "policy:desk_compare": Row(get=desk()),
    "policy:desk_assumptions": Row(get=desk()),
    "policy:desk_figures": Row(get=desk()),
    "policy:desk_propose": Row(get=desk("policy_clerk"), post=desk_post("policy_clerk", got=200)),
}
