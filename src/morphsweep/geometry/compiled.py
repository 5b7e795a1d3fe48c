"""How loops are compiled: once per machine, and without the interpreter lock."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["compiled", "compiled_exactly", "compiled_in_place"]

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile for finite numbers; sums may be reordered, which makes them vector sums."""
    options = {"cache": True, "nogil": True, "error_model": "numpy", "fastmath": True}
    return cast("F", numba.njit(**options)(function))


def compiled_in_place(function: F) -> F:
    """Compile into each caller, so that a caller is one piece of machine code.

    Calls between pieces would be linked one way in the process that compiles them and another way in those that read the
    cache, with sums in another order: the last digit would depend on who compiled.
    """
    options = {"cache": True, "nogil": True, "error_model": "numpy", "fastmath": True, "inline": "always"}
    return cast("F", numba.njit(**options)(function))


def compiled_exactly(function: F) -> F:
    """Compile with sums in the order written, so that ties stay ties and infinity may be used."""
    return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))
