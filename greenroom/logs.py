"""Logs: structured, on standard error; for people on a terminal, as JSON lines for programs."""

from __future__ import annotations

import logging
import sys

import structlog


class NotAgain(logging.Filter):
    """Lets a message through once a minute: a full disk says the same a hundred times."""

    def __init__(self, quiet_s: float = 60.0, most: int = 500) -> None:
        super().__init__()
        self._quiet_s, self._most = quiet_s, most
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.msg
        text = str(told.get("event")) if isinstance(told, dict) else record.getMessage()
        key = (record.name, text)
        last = self._said.get(key)
        if last is not None and record.created - last < self._quiet_s:
            return False
        if len(self._said) >= self._most:
            self._said.clear()
        self._said[key] = record.created
        return True


def set_up_logs(*, verbose: bool = False, as_json: bool | None = None) -> None:
    """One set-up for structlog and the standard library. as_json None: JSON where standard error is no terminal."""
    level = logging.INFO if verbose else logging.WARNING
    machine = not sys.stderr.isatty() if as_json is None else as_json
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    final: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if machine else structlog.dev.ConsoleRenderer(colors=True)
    )
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(NotAgain())
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=final))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("apscheduler", "httpx", "engineio", "socketio", "nicegui", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING if not verbose else logging.INFO)
