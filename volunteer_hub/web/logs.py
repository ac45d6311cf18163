"""One JSON line per thing that happened, on standard output, with a trace id and without anybody's data."""

import logging
import sys
from typing import TextIO

import structlog


def setup(to: TextIO | None = None) -> None:
    """Sends our lines to `to`, or to whatever standard output then is; the first call in a process counts.

    Of the libraries only where a warning came from is kept: their words may hold anybody's data.
    """
    if structlog.is_configured():
        return
    logging.basicConfig(level=logging.WARNING, format='{"level": "%(levelname)s", "from": "%(name)s"}')
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(to or sys.stdout),
        cache_logger_on_first_use=False,
    )
