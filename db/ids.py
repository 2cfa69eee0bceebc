"""Identifiers made by the application: 63-bit, time-ordered, unique without asking a sequence."""

import os
import secrets
import threading
import time

_EPOCH_MS = 1_451_606_400_000  # 2016-01-01T00:00:00Z
_lock = threading.Lock()
_last = 0


def new_id() -> int:
    """A new identifier: 42 bits of milliseconds since 2016 (until 2155), 21 bits random.

    Within one process identifiers never repeat and always grow, also when the clock is set back; between processes
    two identifiers of the same millisecond collide with a chance of 1 in two million, and then the primary key
    refuses the second, which is retried. Never sent to a browser as a number: JavaScript rounds above 2^53.
    """
    global _last
    candidate = at_ms(int(time.time() * 1000)) | secrets.randbits(21)
    with _lock:
        _last = max(_last + 1, candidate)
        return _last


def at_ms(unix_ms: int) -> int:
    """The smallest identifier of a millisecond; used to make identifiers of a scripted time."""
    return (unix_ms - _EPOCH_MS) << 21


def _after_fork() -> None:
    global _last
    _last = 0


os.register_at_fork(after_in_child=_after_fork)
