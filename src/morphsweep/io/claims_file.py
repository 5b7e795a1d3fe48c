"""Files of declared claims, and the one that ships."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from morphsweep.errors import InvalidInput

__all__ = ["read_claims_file", "shipped_claims"]


def shipped_claims() -> list[Mapping[str, Any]]:
    """The takeaways of the sweep that morphsweep was made for, as they were written down, to be tested on any sweep."""
    text = (files("morphsweep") / "data" / "claims.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["claim"])


def read_claims_file(path: Path | str, /) -> list[Mapping[str, Any]]:
    """Read a lab's own claims.

    Parameters
    ----------
    path : Path or str
        TOML with a table ``[[claim]]`` per claim.

    Returns
    -------
    list of mapping
        As found; :func:`morphsweep.influence.read_claim` checks them.

    Raises
    ------
    InvalidInput
        If there is no such file, it is not TOML, or holds something else.
    """
    path = Path(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8 text'}); expected a TOML file of claims"
        raise InvalidInput(msg) from None
    except tomllib.TOMLDecodeError as error:
        msg = f"{path}: not TOML: {error}"
        raise InvalidInput(msg) from None
    claims = content.get("claim")
    if set(content) != {"claim"} or not isinstance(claims, list) or not claims:
        msg = f"{path}: expected tables [[claim]] and nothing else; found {', '.join(content) or 'nothing'}"
        raise InvalidInput(msg)
    return claims
