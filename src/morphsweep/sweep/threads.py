"""One thread for linear algebra while models are computed, also when several are computed in threads of one process."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from threadpoolctl import threadpool_limits

__all__ = ["one_thread"]


class _Shared:
    """The limit that all threads of this process share; the last one out lifts it."""

    lock = Lock()
    users = 0
    limit: Any = None


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit BLAS and OpenMP to one thread.

    With more, small solves run many times slower on a busy machine, and sums come out in another order: the last digit of a
    number would depend on the machine.

    Yields
    ------
    None
        While the limit holds.
    """
    with _Shared.lock:
        if _Shared.users == 0:
            _Shared.limit = threadpool_limits(1)
        _Shared.users += 1
    try:
        yield
    finally:
        with _Shared.lock:
            _Shared.users -= 1
            if _Shared.users == 0:
                _Shared.limit.restore_original_limits()
