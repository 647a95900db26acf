"""Rows of the record: messages that are stuck, for administrators."""

from tests.permissions.table import Row, desk, desk_post

ROWS = {
    "record:desk_messages": Row(
        get=desk("administrator"), post=desk_post("administrator", got="/desk/messages/")
    ),
}
