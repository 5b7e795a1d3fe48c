"""How loops are compiled: once per machine, without the interpreter lock, and with digits that no compiler decides on."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba.extending import intrinsic

__all__ = ["compiled", "fused", "times_power"]

F = TypeVar("F", bound=Callable[..., Any])
_MANTISSA = 52  # bits


def compiled(function: F) -> F:
    """Compile with sums in the order written.

    A compiler that may reorder them decides by what it has compiled before, so that the last digit would depend on the
    process that came first. Loops that shall become vector instructions are written in lanes instead.
    """
    return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))


@intrinsic  # type: ignore[untyped-decorator]
def fused(_context: Any, a: Any, b: Any, c: Any) -> Any:
    """Round a b + c once: one instruction, asked for by name because the compiler may not make it of two."""
    double = numba.types.float64

    def generate(_target: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.fma(*values)

    return double(double, double, double), generate


@intrinsic  # type: ignore[untyped-decorator]
def times_power(_context: Any, p: Any, shifted: Any) -> Any:
    """Return p 2^k for a whole number k, handed over as k + 1.5 2^52, whose last bits are added to the exponent of p."""
    double, whole = numba.types.float64, numba.types.int64

    def generate(target: Any, builder: Any, _signature: Any, values: Any) -> Any:
        bits, power = (builder.bitcast(value, target.get_value_type(whole)) for value in values)
        exponent = builder.shl(power, target.get_constant(whole, _MANTISSA))
        return builder.bitcast(builder.add(bits, exponent), target.get_value_type(double))

    return double(double, double), generate
