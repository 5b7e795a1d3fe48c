"""Where models are computed, and what happens when a process dies."""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, as_completed, wait
from contextlib import contextmanager
from typing import Any

__all__ = ["compute_all"]

Finished = Generator[tuple[int, "Future[Any]"], None, None]


def compute_all(
    function: Callable[[Any], Any], tasks: Sequence[Any], /, *, executor: Executor | None, workers: int
) -> Finished:
    """Call a function on every task and hand back the futures as they end.

    In processes of our own no more tasks are given out than there are processes. When one dies (killed, or out of memory),
    the tasks that were running are tried once more, each in a process of its own, so that the guilty one harms no other.

    Parameters
    ----------
    function : callable
        Of one task; importable, so that processes can find it.
    tasks : sequence
        What it is called with.
    executor : concurrent.futures.Executor or None
        The caller's; None for processes of our own.
    workers : int
        Number of these processes; 1 computes in this process.

    Yields
    ------
    int
        Position of the task.
    Future
        Ended: a result, an exception, or cancelled.
    """
    if executor is not None:
        yield from _on(executor, function, tasks)
    elif workers == 1:
        for position, task in enumerate(tasks):
            yield position, _here(function, task)
    else:
        yield from _in_processes(function, tasks, workers)


def _here(function: Callable[[Any], Any], task: Any) -> "Future[Any]":
    """The future of a call made at once; only what is no error of the task (a keyboard interrupt) is raised."""
    future: Future[Any] = Future()
    try:
        future.set_result(function(task))
    except BaseException as error:
        if not isinstance(error, Exception):
            raise
        future.set_exception(error)
    return future


def _on(executor: Executor, function: Callable[[Any], Any], tasks: Sequence[Any]) -> Finished:
    """Everything at once to the caller's executor, which knows best how to share it out."""
    positions: dict[Future[Any], int] = {}
    try:
        for position, task in enumerate(tasks):
            future = _submit(executor, function, task)
            positions[future] = position
        for future in as_completed(positions):
            yield positions[future], future
    finally:
        for future in positions:
            future.cancel()


def _submit(executor: Executor, function: Callable[[Any], Any], task: Any) -> "Future[Any]":
    """A future also from an executor that broke before."""
    try:
        return executor.submit(function, task)
    except BrokenExecutor as error:
        future: Future[Any] = Future()
        future.set_exception(error)
        return future


def _in_processes(function: Callable[[Any], Any], tasks: Sequence[Any], workers: int) -> Finished:
    """A pool, and a new one whenever it breaks; the tasks that were running then are tried again one by one."""
    waiting = deque(range(len(tasks)))
    while waiting:
        suspects: list[int] = []
        with _processes(min(workers, len(waiting))) as pool:
            for position, future in _until_broken(pool, function, tasks, waiting, workers):
                if isinstance(future.exception(), BrokenExecutor):
                    suspects.append(position)
                else:
                    yield position, future
        for position in sorted(suspects):
            with _processes(1) as alone:
                future = _submit(alone, function, tasks[position])
                wait([future])
            yield position, future


def _until_broken(
    pool: Executor, function: Callable[[Any], Any], tasks: Sequence[Any], waiting: deque[int], workers: int
) -> Finished:
    """As many tasks at a time as there are processes; none is given out any more once the pool is broken."""
    running: dict[Future[Any], int] = {}
    broken = False
    while running or (waiting and not broken):
        while waiting and not broken and len(running) < workers:
            position = waiting.popleft()
            running[_submit(pool, function, tasks[position])] = position
        ended, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in ended:
            broken = broken or isinstance(future.exception(), BrokenExecutor)
            yield running.pop(future), future


@contextmanager
def _processes(workers: int) -> Iterator[Executor]:
    """Processes that need no guard in the caller's script; they are stopped at once when the caller gives up."""
    from loky import ProcessPoolExecutor

    pool = ProcessPoolExecutor(max_workers=workers)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, kill_workers=True)
        raise
    pool.shutdown(wait=True)
