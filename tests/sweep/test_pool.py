"""Processes that die: the task that kills them is found, and the others are computed."""

import os
import signal
from concurrent.futures import BrokenExecutor, Executor

import pytest

from morphsweep.sweep.pool import compute_all


@pytest.fixture
def square(tmp_path):
    """A function that workers get by value; it dies at 3 for the first time, and at -1 always."""
    mark = str(tmp_path / "died")

    def compute(number):
        if number == 3 and not os.path.exists(mark):  # noqa: PTH110  (no import inside a function sent by value)
            os.close(os.open(mark, os.O_CREAT))
            os.kill(os.getpid(), signal.SIGKILL)
        if number == -1:
            os.kill(os.getpid(), signal.SIGKILL)
        return number * number

    return compute


def outcomes(function, tasks, **options):
    """Results and exceptions by position."""
    computed = compute_all(function, tasks, **{"executor": None, "workers": 2, **options})
    return {position: future.exception() or future.result() for position, future in computed}


def test_a_process_that_dies_once_loses_nothing(square):
    """The tasks that were running when it died are tried again; all results are there."""
    assert outcomes(square, range(8)) == {k: k * k for k in range(8)}


def test_a_task_that_kills_its_process_is_alone_in_its_failure(square):
    """A task that dies every time ends as a broken executor; every other one is computed."""
    found = outcomes(square, [0, 1, -1, 2, 4, 5, 6])
    assert isinstance(found.pop(2), BrokenExecutor)
    assert found == {0: 0, 1: 1, 3: 4, 4: 16, 5: 25, 6: 36}


def test_an_executor_of_the_caller_that_is_broken_gives_errors_and_no_traceback(square):
    """A pool that refuses work gives a future per task that says so."""

    class Broken(Executor):
        def submit(self, *_args, **_options):
            msg = "broken before"
            raise BrokenExecutor(msg)

    found = outcomes(square, [1, 2], executor=Broken())
    assert [str(error) for error in found.values()] == ["broken before"] * 2


def test_giving_up_half_way_stops_the_processes(square):
    """Closing the generator, as an interrupt does, waits for nothing."""
    computed = compute_all(square, range(100), executor=None, workers=2)
    next(computed)
    computed.close()
    assert list(computed) == []
