"""Which column of an embedding plays which role."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from morphsweep.errors import NotComputable
from morphsweep.records import Columns

__all__ = ["USUAL_NAMES", "Roles", "find_labels", "find_roles"]

USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("snip_id", "snip", "image_id", "obs_id", "id"),
    "individual": (
        "embryo_id",
        "physical_embryo_id",
        "drawing_id",
        "individual",
        "individual_id",
        "animal_id",
        "organoid_id",
        "subject_id",
    ),
    "perturbation": (
        "phenotype",
        "perturbation",
        "short_pert_name",
        "genotype",
        "character",
        "condition",
        "treatment",
    ),
    "time": ("predicted_stage_hpf", "stage_hpf", "hpf", "time", "time_h", "age", "progress"),
    "batch": ("experiment_date", "batch", "drawer", "plate", "experiment"),
    "split": ("train_cat", "split"),
    "image": ("image", "image_path", "snip_path"),
}
"""Usual names of each role; the first that a table has is taken."""

_REQUIRED = ("id", "perturbation", "time")
_SHOWN = 12  # column names listed in a message


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns of one table that are read.

    Parameters
    ----------
    labels : mapping of str to str
        Column of each role that the table has (``id, individual, perturbation, time, batch, split, image``).
    latents : tuple of str
        Columns to score, in natural order of their names.
    notes : tuple of str
        What was assumed.
    """

    labels: dict[str, str]
    latents: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def needed(self) -> list[str]:
        """All columns to read, each once."""
        return list(dict.fromkeys([*self.labels.values(), *self.latents]))


def find_roles(
    names: Sequence[str],
    /,
    *,
    columns: Columns | None = None,
    latent_prefix: str | None = None,
    source: str = "",
) -> Roles:
    """Find the columns of a table by the lab's statement, else by their usual names.

    Parameters
    ----------
    names : sequence of str
        Header of the table.
    columns : Columns, optional
        What the sweep file says.
    latent_prefix : str, optional
        Prefix of the columns to score; default ``z_mu_b_``, else plain ``z_mu_00`` ...
    source : str
        The table's name, for messages.

    Returns
    -------
    Roles
        What to read.

    Raises
    ------
    NotComputable
        If a role has no column, or fewer than three latents are found.

    Examples
    --------
    >>> roles = find_roles([
    ...     "snip_id",
    ...     "phenotype",
    ...     "time",
    ...     "z_mu_n_00",
    ...     "z_mu_b_01",
    ...     "z_mu_b_02",
    ...     "z_mu_b_03",
    ... ])
    >>> roles.labels["perturbation"], roles.latents
    ('phenotype', ('z_mu_b_01', 'z_mu_b_02', 'z_mu_b_03'))
    """
    labels = find_labels(names, columns=columns, source=source)
    latents, notes = _latents(names, latent_prefix, source)
    if "individual" not in labels:
        notes += (f"no column names the individual: taken as {labels['id']!r} without its last '_' part",)
    roles = Roles(labels, latents, notes)
    if repeated := sorted({name for name in roles.needed if list(names).count(name) > 1}):
        msg = f"{source}: the column {repeated[0]!r} occurs {list(names).count(repeated[0])} times; give each column its own name"
        raise NotComputable(msg)
    return roles


def find_labels(
    names: Sequence[str],
    /,
    *,
    columns: Columns | None = None,
    source: str = "",
    optional: Sequence[str] = (),
) -> dict[str, str]:
    """Column of each role; the lab's own statement wins.

    Parameters
    ----------
    names : sequence of str
        Header of the table.
    columns : Columns, optional
        What the sweep file says.
    source : str
        The table's name, for messages.
    optional : sequence of str
        Roles among id, perturbation and time that may be absent.

    Returns
    -------
    dict of str to str
        Column by role.

    Raises
    ------
    NotComputable
        If a role that is needed has no column, or a stated column does not exist.
    """
    columns = columns or Columns()
    found: dict[str, str] = {}
    for role, usual in USUAL_NAMES.items():
        stated = getattr(columns, role)
        if stated is not None and stated not in names:
            msg = f"{source}: no column {stated!r}, which the sweep file gives as columns.{role}; {_found(names, stated)}"
            raise NotComputable(msg)
        known = stated or next((name for name in usual if name in names), None)
        if known is not None:
            found[role] = known
    for role in _REQUIRED:
        if role not in found and role not in optional:
            msg = (
                f"{source}: no column for the {'snip id' if role == 'id' else role}; expected one of "
                f"{', '.join(USUAL_NAMES[role])}, or columns.{role} in sweep.toml; {_found(names)}"
            )
            raise NotComputable(msg)
    return found


def _latents(
    names: Sequence[str], prefix: str | None, source: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Columns to score and a note where nothing marks them as biological."""
    notes: tuple[str, ...] = ()
    if prefix is not None:
        latents = [name for name in names if name.startswith(prefix)]
        wanted = f"{prefix}... (latent_prefix in the sweep file)"
    else:
        wanted = "z_mu_b_00 ..., or plain z_mu_00 ..."
        latents = [name for name in names if name.startswith("z_mu_b_")]
        if not latents and (latents := [name for name in names if re.fullmatch(r"z_mu_\d+", name)]):
            notes = (
                f"no latent is marked biological (z_mu_b_): all {len(latents)} z_mu_ columns are scored",
            )
    if len(latents) < 3:
        msg = (
            f"{source}: {len(latents)} latent columns, expected at least 3 named {wanted}; "
            f"give their prefix as latent_prefix in sweep.toml; {_found(names)}"
        )
        raise NotComputable(msg)
    return tuple(sorted(latents, key=_natural)), notes


def _natural(name: str) -> list[tuple[int, str | int]]:
    """Sort key under which z_9 stands before z_10."""
    return [(1, int(part)) if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name)]


def _found(names: Sequence[str], wanted: str = "") -> str:
    """What the table has instead, for messages."""
    close = difflib.get_close_matches(wanted, names, n=1) if wanted else []
    hint = f"did you mean {close[0]!r}? " if close else ""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    shown = ", ".join(name[:40] if name.isprintable() else repr(name[:20]) for name in names[:_SHOWN])
    return f"{hint}found: {shown}{more}"
