"""Where each perturbation is at each time: a trunk, branches, and what spoils them."""

from dataclasses import dataclass

import numpy as np

from morphsweep.records import FloatArray, IntArray

__all__ = ["Field", "draw_field", "trajectory"]

_LENGTH = 6.0  # of the trunk; everything else is measured against it
_RADIUS = np.array([
    0.0,
    1.0,
    0.65,
])  # of the branches' ends around the trunk; unequal, so that components keep their order
_WANDER = 1.2  # how far perturbations of the least tree-like model go their own ways
_EARLY_SPREAD = 0.8  # share of the radius at which the least tree-like model starts


@dataclass(frozen=True, slots=True)
class Field:
    """A smooth random path per perturbation: a sum of two waves.

    Parameters
    ----------
    amplitude : array, shape (n_perturbations, 2, 3)
        Direction and size of each wave.
    phase : array, shape (n_perturbations, 2)
        Its phase, radians.
    """

    amplitude: FloatArray
    phase: FloatArray

    def __call__(self, perturbation: IntArray, course: FloatArray, /) -> FloatArray:
        """Displacement of each snip, shape (n_snips, 3), about 1 in size."""
        waves = np.array([1.0, 2.0]) * np.pi * course[:, None] + self.phase[perturbation]
        displacement: FloatArray = np.einsum("nm,nmd->nd", np.sin(waves), self.amplitude[perturbation])
        return displacement


def draw_field(n_perturbations: int, rng: np.random.Generator, /) -> Field:
    """Draw a field whose waves spread evenly around the trunk, so that by no seed two perturbations go the same way.

    Parameters
    ----------
    n_perturbations : int
        One path each.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Field
        Of root mean square about 1.
    """
    turns = [rng.permutation(n_perturbations) / n_perturbations + rng.uniform() for _ in range(2)]
    angle = 2 * np.pi * np.column_stack(turns)
    amplitude = np.stack([np.zeros_like(angle), np.cos(angle), np.sin(angle)], axis=-1)
    return Field(amplitude, rng.uniform(0, 2 * np.pi, (n_perturbations, 2)))


def trajectory(
    perturbation: IntArray, course: FloatArray, /, *, tree_likeness: float, curl: float, wander: Field
) -> FloatArray:
    """Place of each snip without noise.

    Parameters
    ----------
    perturbation : array of int, shape (n_snips,)
        Number of the perturbation; 0 goes straight on along the trunk.
    course : array, shape (n_snips,)
        Time from 0 to 1.
    tree_likeness : float
        At 1 all perturbations share the trunk for half of the time and then fan out; at 0 they start apart and each goes
        its own way.
    curl : float
        How strongly the trunk bends.
    wander : Field
        The perturbations' own ways.

    Returns
    -------
    array, shape (n_snips, 3)
        Trunk along the first axis.
    """
    trunk = np.column_stack([
        _LENGTH * (course - 0.5),
        0.8 * curl * np.sin(np.pi * course),
        np.zeros_like(course),
    ])
    n = int(perturbation.max()) + 1
    angle = 2 * np.pi * perturbation / max(n - 1, 1)
    outward = (
        np.column_stack([np.zeros_like(angle), np.cos(angle), np.sin(angle)]) * (perturbation > 0)[:, None]
    )
    early = _EARLY_SPREAD * (1 - tree_likeness)
    fork = 0.5 * tree_likeness
    spread = early + (1 - early) * np.clip((course - fork) / (1 - fork), 0, 1)
    own = (
        _WANDER * (1 - tree_likeness) * (1 - 0.7 * course)[:, None] * wander(perturbation, course)
    )  # most at the start, where a tree is narrow
    place: FloatArray = trunk + spread[:, None] * _RADIUS * outward + own
    return place
