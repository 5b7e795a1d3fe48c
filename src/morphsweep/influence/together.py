"""Hyper-parameters that go together, so that their effects cannot be told apart."""

from morphsweep.influence.design import TWIN, Design
from morphsweep.influence.knob import Knob, read_off

__all__ = ["goes_with"]


def goes_with(design: Design, knob: Knob, /) -> str:
    """The hyper-parameter from which this one can be read off in most models.

    Parameters
    ----------
    design : Design
        Settings.
    knob : Knob
        One of them.

    Returns
    -------
    str
        The other's name; empty when they vary freely. By Goodman and Kruskal's lambda of at least 0.8.

    Examples
    --------
    >>> import pandas as pd
    >>> from morphsweep.influence import make_design
    >>> settings = pd.DataFrame({"loss": ["a", "a", "b", "b"], "rate": [1, 1, 2, 2], "beta": [1, 2, 1, 2]})
    >>> design = make_design(settings)
    >>> [goes_with(design, knob) for knob in design.knobs]
    ['rate', 'loss', '']
    """
    others = {other.name: read_off(other, knob) for other in design.varying if other.name != knob.name}
    best = max(others, key=lambda name: others[name], default="")
    return best if best and others[best] >= TWIN else ""
