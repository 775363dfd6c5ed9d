"""What a client sets up for logging is for its own threads, and ends with it.

The kit and its server, and whoever else is in the process, log as they did before.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

_AT: Final = threading.local()


@dataclass(frozen=True, slots=True)
class _Kept:
    level: int
    propagate: bool
    disabled: bool
    handlers: tuple[logging.Handler, ...]

    @classmethod
    def of(cls, logger: logging.Logger) -> _Kept:
        return cls(logger.level, logger.propagate, logger.disabled, tuple(logger.handlers))


@dataclass(frozen=True, slots=True)
class LogSetup:
    """How every logger was set up at one time. below: levels that were off for all of them."""

    loggers: dict[logging.Logger, _Kept]
    below: int

    @classmethod
    def now(cls) -> LogSetup:
        """As it is at present."""
        root = logging.getLogger()
        named = [  # and no placeholder for one to come
            one for one in list(root.manager.loggerDict.values()) if isinstance(one, logging.Logger)
        ]
        return cls({one: _Kept.of(one) for one in (root, *named)}, root.manager.disable)

    def restore(self) -> None:
        """Set up every logger as it was; those that have come since have no handlers."""
        for logger, now in self.now().loggers.items():
            kept = self.loggers.get(logger, _Kept(logging.NOTSET, True, False, ()))
            if kept != now:
                logger.propagate, logger.disabled = kept.propagate, kept.disabled
                logger.handlers[:] = kept.handlers
                logger.setLevel(kept.level)
        logging.disable(self.below)

    def lets_through(self, logger: logging.Logger, level: int) -> bool:
        """Whether the logger was to hand on records of that level."""
        if self.below >= level or self._kept(logger).disabled:
            return False
        above: logging.Logger | None = logger
        while above is not None:
            if own := self._kept(above).level:
                return level >= own
            above = above.parent
        return True

    def handle(self, logger: logging.Logger, record: logging.LogRecord) -> None:
        """Hand the record to those that were there for it."""
        found = False
        above: logging.Logger | None = logger
        while above is not None:
            kept = self._kept(above)
            for handler in kept.handlers:
                found = True
                if record.levelno >= handler.level:
                    handler.handle(record)
            above = above.parent if kept.propagate else None
        last = logging.lastResort
        if not found and last is not None and record.levelno >= last.level:
            last.handle(record)

    def _kept(self, logger: logging.Logger) -> _Kept:
        return self.loggers.get(logger) or _Kept.of(logger)


@contextmanager
def kits_work() -> Iterator[None]:
    """What this thread logs within the block is the kit's: a sleep moves the clock by a call."""
    _AT.kits_work = True
    try:
        yield
    finally:
        _AT.kits_work = False


@contextmanager
def own_logs(others: Collection[threading.Thread], own: LogSetup | None = None) -> Iterator[None]:
    """Within the block these threads log as before it, whatever another one sets up.

    own: what the other threads begin with; the same as these unless it is given.
    """
    before = LogSetup.now()
    is_enabled, handle = logging.Logger.isEnabledFor, logging.Logger.handle

    def is_others() -> bool:
        return threading.current_thread() in others or getattr(_AT, "kits_work", False)

    def enabled(logger: logging.Logger, level: int) -> bool:
        if is_others():
            return before.lets_through(logger, level)
        return is_enabled(logger, level)

    def handled(logger: logging.Logger, record: logging.LogRecord) -> None:
        if not is_others():
            handle(logger, record)
        elif before.lets_through(logger, record.levelno) and logger.filter(record):
            before.handle(logger, record)

    logging.Logger.isEnabledFor = enabled  # type: ignore[method-assign,assignment]
    logging.Logger.handle = handled  # type: ignore[method-assign,assignment]
    try:
        if own is not None:
            own.restore()
        yield
    finally:
        logging.Logger.isEnabledFor = is_enabled  # type: ignore[method-assign]
        logging.Logger.handle = handle  # type: ignore[method-assign]
        before.restore()
