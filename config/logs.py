"""Logs: one line for an event, and no ID number in any of them."""

from __future__ import annotations

import logging
import re
from typing import Any

import structlog

# 17 digits and a check character. A longer run of digits is something else (a hash, an amount in
# a test), and a date inside is not asked for: a mistyped ID number still points to a person.
ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
MASK = "[id number]"

SHARED_STEPS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
]


def mask_id_numbers(text: str) -> str:
    """The same text with every 18-digit ID number taken out."""
    return ID_NUMBER.sub(MASK, text)


class MaskingFormatter(structlog.stdlib.ProcessorFormatter):
    """The last step before a line is written, so it sees messages, values and tracebacks alike."""

    def format(self, record: logging.LogRecord) -> str:
        return mask_id_numbers(super().format(record))


def logging_settings(*, level: str, as_json: bool) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, where systemd or a terminal takes it."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED_STEPS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": MaskingFormatter,
                "foreign_pre_chain": SHARED_STEPS,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    renderer,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django adds handlers of its own to these; the root's one line is enough.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # A page that is not there is no warning for the administrator.
            "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
            "granian.access": {"handlers": [], "level": level, "propagate": True},
        },
    }
