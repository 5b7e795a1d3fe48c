"""Where models are computed when the caller brings no executor."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

__all__ = ["local_pool"]


def local_pool(workers: int, /) -> Executor:
    """Processes that need no guard in the caller's script; one worker computes here."""
    if workers == 1:
        return _InThisProcess()
    from loky import ProcessPoolExecutor

    pool: Executor = ProcessPoolExecutor(max_workers=workers)
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
