"""All metric losses by name; a new one is a line here."""

import difflib

from morphsweep.errors import InvalidInput
from morphsweep.training.losses import contrastive, nt_xent, triplet
from morphsweep.training.losses.declaration import MetricLoss

__all__ = ["METRIC_LOSSES", "NO_METRIC", "acting_settings", "metric_loss"]

NO_METRIC = "none"
"""Name of the plain beta-VAE."""

METRIC_LOSSES: dict[str, MetricLoss] = {
    loss.name: loss for loss in (nt_xent.LOSS, triplet.LOSS, contrastive.LOSS)
}

_OF_ANY_METRIC = (
    "metric_weight",
    "time_only_flag",
    "self_target_prob",
    "time_window",
    "time_slack",
)
_OF_SOME = tuple(dict.fromkeys(name for loss in METRIC_LOSSES.values() for name in loss.uses))


def metric_loss(name: str, /) -> MetricLoss | None:
    """The loss of a name; None for the plain beta-VAE.

    Parameters
    ----------
    name : str
        As in ``metric_loss_type``.

    Returns
    -------
    MetricLoss or None
        The declaration.

    Raises
    ------
    InvalidInput
        If there is no such loss.

    Examples
    --------
    >>> metric_loss("triplet").uses
    ('margin',)
    """
    if name == NO_METRIC:
        return None
    if name not in METRIC_LOSSES:
        known = (*METRIC_LOSSES, NO_METRIC)
        close = difflib.get_close_matches(name.lower(), [n.lower() for n in known], n=1)
        hint = next((f"did you mean {n!r}? " for n in known if close and n.lower() == close[0]), "")
        msg = f"no metric loss named {name!r}; {hint}known: {', '.join(known)}"
        raise InvalidInput(msg)
    return METRIC_LOSSES[name]


def acting_settings(name: str, /) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Settings of metric losses that act under a loss, and those that cannot.

    Parameters
    ----------
    name : str
        As in ``metric_loss_type``.

    Returns
    -------
    tuple of tuple of str
        Acting and idle ones.

    Examples
    --------
    >>> acting_settings("NT-Xent")[1]
    ('margin',)
    """
    loss = metric_loss(name)
    acting = () if loss is None else (*_OF_ANY_METRIC, *loss.uses)
    return acting, tuple(n for n in (*_OF_ANY_METRIC, *_OF_SOME) if n not in acting)
