"""How files come in: kept in memory, never in a temporary file, and only up to a limit.

What people send holds ID numbers and illnesses; on disk it would lie in the clear until somebody
tidies up. A file that goes over the limit is read to its end without being kept, so that its form
can still say so.
"""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class TooLargeUpload(InMemoryUploadedFile):
    """Stands for a file that was not kept: it has its size and no content."""


class MemoryWithinLimit(FileUploadHandler):
    """Keeps the files of a request in memory as long as they are within the limit together."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.kept = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  (Django's name)
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Refuse a request that is far too large before anything of it is read."""
        if content_length > settings.UPLOAD_REFUSED_BYTES:
            raise RequestDataTooBig("the files of this request are far too large")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.buffer: io.BytesIO | None = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, or give the whole file up."""
        if self.buffer is None:
            return
        if self.kept + len(raw_data) > settings.UPLOAD_KEPT_BYTES:
            self.kept -= self.buffer.tell()
            self.buffer = None
            return
        self.kept += len(raw_data)
        self.buffer.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Return the file, or what stands for it."""
        made = InMemoryUploadedFile if self.buffer is not None else TooLargeUpload
        content = self.buffer or io.BytesIO()
        content.seek(0)
        return made(
            file=content,
            field_name=self.field_name,
            name=self.file_name or "",
            content_type=self.content_type or "",
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
