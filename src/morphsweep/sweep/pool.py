"""Where models are computed when the caller brings no executor."""

import os
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

__all__ = ["local_pool"]


def local_pool(workers: int | None, /, *, tasks: int | None = None) -> Executor:
    """Processes on this machine that need no guard in the caller's script.

    Parameters
    ----------
    workers : int or None
        How many; None = one per processor. One worker computes in this process.
    tasks : int, optional
        No more workers than this are started.

    Returns
    -------
    Executor
        To be used as a context.
    """
    size = min(workers or os.cpu_count() or 1, tasks or sys.maxsize)
    if size == 1:
        return _InThisProcess()
    from loky import ProcessPoolExecutor

    pool: Executor = ProcessPoolExecutor(max_workers=size)
    return pool


class _InThisProcess(Executor):
    """An executor that computes at once, where it stands."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            if not isinstance(error, Exception):
                raise
            future.set_exception(error)
        return future
