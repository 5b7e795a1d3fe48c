"""Recognise how a lab lays out its sweep."""

from collections.abc import Sequence
from typing import Literal

from morphsweep.errors import InvalidInput
from morphsweep.io.manifest import Manifest

__all__ = ["BUILT_IN_INACTIVE", "RESERVED", "Layout", "hyperparameter_columns", "recognise"]

Layout = Literal["morphseq", "plain"]

RESERVED = (
    "process_id",
    "completed",
    "model_path",
    "holdout_flag",
    "regime",
    "embedding",
    "model_index",
    "seed",
    "name",
    "status",
    "reason",
)
"""Manifest columns that are never hyper-parameters."""

BUILT_IN_INACTIVE: dict[str, dict[str, str]] = {
    "morphseq": {"margin": "metric_loss_type == 'NT-Xent'"},  # that variant's loss has no margin
    "plain": {},
}
"""Per layout, hyper-parameters that cannot act and when; the sweep file replaces them."""

_REQUIRED: dict[Layout, tuple[str, ...]] = {
    "morphseq": ("model_path", "holdout_flag"),
    "plain": ("regime", "embedding"),
}


def recognise(manifest: Manifest, /) -> Layout:
    """Tell a layout by the columns of its manifest.

    Parameters
    ----------
    manifest : Manifest
        As read.

    Returns
    -------
    {"morphseq", "plain"}
        The layout.

    Raises
    ------
    InvalidInput
        If it is neither.
    """
    for layout, needed in _REQUIRED.items():
        if all(name in manifest.columns for name in needed):
            return layout
    found = ", ".join(list(manifest.columns)[:20])
    hint = " (columns must be separated by commas)" if len(manifest.columns) == 1 else ""
    msg = (
        f"{manifest.source}: unknown layout; found the columns {found}{hint}; expected process_id, completed, model_path, "
        "holdout_flag (MorphSeq) or regime, embedding (plain), each with hyper-parameter columns"
    )
    raise InvalidInput(msg)


def hyperparameter_columns(manifest: Manifest, stated: Sequence[str] | None, /) -> tuple[str, ...]:
    """Columns that are hyper-parameters: those the sweep file lists, else all that have no other role.

    Parameters
    ----------
    manifest : Manifest
        As read.
    stated : sequence of str, optional
        The list in the sweep file.

    Returns
    -------
    tuple of str
        In the order of the list or of the manifest.

    Raises
    ------
    InvalidInput
        If a listed column does not exist.
    """
    if stated is None:
        return tuple(name for name in manifest.columns if name not in RESERVED)
    if unknown := [name for name in stated if name not in manifest.columns]:
        msg = f"{manifest.source}: no column {unknown[0]!r}, which the sweep file lists in hyperparameters; found: {', '.join(manifest.columns)}"
        raise InvalidInput(msg)
    return tuple(stated)
