"""Write a sweep file: the few kinds of values that it holds, as TOML."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from morphsweep.io.pages import write_text_atomic
from morphsweep.records import SweepConfig

__all__ = ["write_sweep_file"]


def write_sweep_file(config: SweepConfig, path: Path, /) -> Path:
    """Write what a sweep file says; defaults are left out.

    Parameters
    ----------
    config : SweepConfig
        The content.
    path : Path
        Where to; atomic.

    Returns
    -------
    Path
        The same path.
    """
    content = config.model_dump(exclude_defaults=True, exclude_none=True)
    write_text_atomic(path, "\n".join(_lines(content, "")).strip() + "\n")
    return path


def _lines(content: Mapping[str, Any], place: str) -> list[str]:
    """A table: plain values first, then the tables in it."""
    plain = {name: value for name, value in content.items() if not isinstance(value, Mapping)}
    lines = [f"{_key(name)} = {_value(value)}" for name, value in plain.items()]
    if place and lines:
        lines = [f"[{place}]", *lines]
    for name, value in content.items():
        if isinstance(value, Mapping) and value:
            lines += ["", *_lines(value, f"{place}.{_key(name)}" if place else _key(name))]
    return lines


def _key(name: str) -> str:
    """A bare key where TOML allows it."""
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else json.dumps(name)


def _value(value: object) -> str:
    """JSON's spelling of text, numbers, truth values and lists is TOML's too."""
    if isinstance(value, tuple | list):
        return f"[{', '.join(_value(item) for item in value)}]"
    return json.dumps(value).replace("\\/", "/").replace("\x7f", "\\u007f")
