"""How loops are compiled: once per machine, and without the interpreter lock."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["compiled", "compiled_exactly"]

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile for finite numbers; sums may be reordered, which makes them vector sums."""
    options = {"cache": True, "nogil": True, "error_model": "numpy", "fastmath": True}
    return cast("F", numba.njit(**options)(function))


def compiled_exactly(function: F) -> F:
    """Compile with sums in the order written, so that ties stay ties and infinity may be used."""
    return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))
