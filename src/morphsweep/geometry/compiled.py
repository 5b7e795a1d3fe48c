"""How loops are compiled: once per machine, and without the interpreter lock."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["compiled"]

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile with sums in the order written.

    A compiler that may reorder them decides by what it has compiled before, so that the last digit would depend on the
    process that came first. Loops that shall become vector instructions are written in lanes instead.
    """
    return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))
