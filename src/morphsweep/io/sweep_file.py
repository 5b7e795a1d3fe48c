"""Read ``sweep.toml``: what a lab says about its sweep, or a message that names file, field, value and what is allowed."""

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from morphsweep.errors import InvalidInput
from morphsweep.records import PROTOCOLS, Columns, Settings, SweepConfig, TrainingConfig, TrainingSettings

__all__ = ["read_sweep_file"]

_EXPECTED = {
    "string_type": "a text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "tuple_type": "a list of texts",
    "mapping_type": "a table of name = value",
    "dict_type": "a table of name = value",
    "model_type": "a table of name = value",
    "model_attributes_type": "a table of name = value",
}
_TABLES: dict[str, type[BaseModel]] = {"columns": Columns, "training": TrainingConfig}
M = TypeVar("M", bound=BaseModel)

_BOUNDS = {
    "greater_than": "above",
    "greater_than_equal": "at least",
    "less_than": "below",
    "less_than_equal": "at most",
}


def read_sweep_file(path: str | Path, /) -> SweepConfig:
    """Read and validate a sweep file; everything in it is optional.

    Parameters
    ----------
    path : str or Path
        A TOML file.

    Returns
    -------
    SweepConfig
        What it says, with defaults for the rest.

    Raises
    ------
    InvalidInput
        If it is not TOML, or a field is unknown or has a value that is not allowed.
    """
    path = Path(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        msg = f"{path}: no such sweep file"
        raise InvalidInput(msg) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{path}: not a readable TOML file ({error})"
        raise InvalidInput(msg) from None
    config: SweepConfig = _validated(SweepConfig, content, path)
    if config.time_limit is True:  # false is a value, its opposite is none
        msg = f"{path}: time_limit is True; expected a number, or false for no limit"
        raise InvalidInput(msg)
    _check_settings(config.settings, path)
    if config.training is not None:
        _check_training(config.training, path)
    return config


def _check_settings(settings: Mapping[str, Any], path: Path) -> None:
    """Overrides of evaluation settings are checked here, long before they are used."""
    protocol = settings.get("protocol", "default")
    if protocol not in PROTOCOLS:
        msg = f"{path}: settings.protocol is {protocol!r}; allowed: {', '.join(PROTOCOLS)}"
        raise InvalidInput(msg)
    _validated(Settings, settings, path, prefix="settings.")


def _check_training(training: TrainingConfig, path: Path) -> None:
    """Each value of the grid is checked by itself, so that the message names it."""
    for name, values in training.grid.items():
        if not values:
            msg = f"{path}: training.grid.{name} is an empty list; give the values to train, or leave it out"
            raise InvalidInput(msg)
        for value in values:
            _validated(TrainingSettings, {name: value}, path, prefix="training.grid.")
    for entry in training.list:
        _validated(TrainingSettings, entry, path, prefix="training.list.")


def _validated(model: type[M], content: Mapping[str, Any], path: Path, prefix: str = "") -> M:
    """Validate, with complaints in our own words."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        complaints = dict.fromkeys(_complaint(detail, model, prefix) for detail in error.errors())
        msg = f"{path}: " + "; ".join(complaints)
        raise InvalidInput(msg) from None


def _complaint(detail: ErrorDetails, model: type[BaseModel], prefix: str) -> str:
    """One complaint: field, value found, what is allowed."""
    place = detail["loc"]
    field = prefix + ".".join(map(str, _plain_place(place, model)))
    if detail["type"] == "extra_forbidden":
        known = list(_TABLES.get(str(place[0]) if len(place) > 1 else "", model).model_fields)
        return f"unknown field {field!r}; {_suggest(str(place[-1]), known)}"
    return f"{field} is {detail['input']!r}; expected {_expectation(detail, model)}"


def _plain_place(place: tuple[int | str, ...], model: type[BaseModel]) -> Sequence[int | str]:
    """Place of an error without the names that pydantic gives to the branches of a union."""
    branches = {"float", "bool", "int", "literal['auto']"}
    return [part for i, part in enumerate(place) if i == 0 or str(part) not in branches]


def _expectation(detail: ErrorDetails, model: type[BaseModel]) -> str:
    """What is allowed, in words."""
    kind, context = detail["type"], detail.get("ctx", {})
    name = str(detail["loc"][0])
    if name == "time_limit" and model is SweepConfig:
        return "a number, or false for no limit"
    if kind == "literal_error" or name == "bandwidth":
        return "a number above 0 or 'auto'" if name == "bandwidth" else f"one of {context['expected']}"
    if kind in _BOUNDS:
        return f"{_BOUNDS[kind]} {next(iter(context.values()))}"
    if kind == "value_error":
        return f"a condition: {context['error']}"
    return _EXPECTED.get(kind, detail["msg"])


def _suggest(name: str, known: Sequence[str]) -> str:
    """The closest known name, and all of them."""
    close = difflib.get_close_matches(name, known, n=1)
    return (f"did you mean {close[0]!r}? " if close else "") + f"known fields: {', '.join(known)}"
