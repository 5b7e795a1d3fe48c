"""Planted shapes with a known answer: a tree, what is no tree, and a tree that is twisted."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from morphsweep.records import Embedding
from morphsweep.simulation.shapes import draw_field, trajectory

__all__ = ["COURSES", "SHAPES", "graded", "planted"]

Array = NDArray[Any]
SHAPES = ("tree", "twisted tree", "parallel lines", "blob", "loop", "star without trunk")
COURSES = ("plain", "ball", "spiral", "ring")

N_CLASSES, N_PEOPLE, N_SNIPS, N_LATENTS = 5, 10, 24, 8
NOISE, FORK, LENGTH = 0.25, 0.4, 6.0


def planted(shape: str, seed: int) -> Embedding:
    """One cloud; the same seed gives all shapes the same individuals, times, noise and rotation."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(N_CLASSES * N_PEOPLE), N_SNIPS)
    label = person % N_CLASSES
    u = np.tile(np.linspace(0, 1, N_SNIPS), N_CLASSES * N_PEOPLE) + rng.uniform(0, 0.02, len(person))
    own = 0.5 * rng.normal(size=(N_CLASSES * N_PEOPLE, N_LATENTS))[person]
    noise = NOISE * (own + np.sqrt(0.75) * rng.normal(size=(len(person), N_LATENTS)))
    turn = np.linalg.qr(rng.normal(size=(N_LATENTS, N_LATENTS)))[0]
    spread, twist = rng.uniform(0.8, 1.2), rng.uniform(1.5, 3.0)
    place = np.zeros((len(person), N_LATENTS))
    place[:, :3] = _place(shape, label, u, spread, twist)
    if shape == "blob":
        place[:, :3] = rng.normal(size=(len(person), 3))
    return _embedding((place + noise) @ turn, person, label, u, shape)


def graded(course: str, likeness: float, seed: int) -> Embedding:
    """The simulator's trajectories of a given tree-likeness along a course that curves may not follow.

    A ball: so much noise that there is no course to see. A spiral and a ring: the trunk is wound up, branches go outward.
    """
    rng = np.random.default_rng([seed, 7])
    person = np.repeat(np.arange(N_CLASSES * N_PEOPLE), N_SNIPS)
    label = person % N_CLASSES
    u = np.tile(np.linspace(0, 1, N_SNIPS), N_CLASSES * N_PEOPLE)
    wander = draw_field(N_CLASSES, rng)
    place = trajectory(label, u, tree_likeness=likeness, curl=0.0, wander=wander)
    x, y, z = place.T
    if course == "ring":
        angle, radius = 2 * np.pi * u, 1.5 + y
        place = np.column_stack([radius * np.cos(angle), radius * np.sin(angle), z])
    elif course == "spiral":
        angle, radius = 6 * np.pi * u, 0.5 + 1.5 * u + 0.5 * y
        place = np.column_stack([radius * np.cos(angle), radius * np.sin(angle), 0.5 * z])
    elif course == "ball":
        place = np.column_stack([0.15 * x, y, z])
    noise = (1.5 if course == "ball" else NOISE) * rng.normal(size=(len(person), N_LATENTS))
    noise[:, :3] += place
    turn = np.linalg.qr(rng.normal(size=(N_LATENTS, N_LATENTS)))[0]
    return _embedding(noise @ turn, person, label, u, course)


def _embedding(latents: Array, person: Array, label: Array, u: Array, source: str) -> Embedding:
    obs = pd.DataFrame({
        "snip_id": [f"s{k:05d}" for k in range(len(person))],
        "individual": np.array([f"e{k:03d}" for k in person]),
        "perturbation": np.array([f"p{k}" for k in label]),
        "time": 10 + 30 * u,
    })
    return Embedding(latents, obs, tuple(f"z{k}" for k in range(N_LATENTS)), source=source)


def _place(shape: str, label: Array, u: Array, spread: float, twist: float) -> Array:
    """Where a snip is without noise: the first axis is the trunk's."""
    angle = 2 * np.pi * label / N_CLASSES
    x, nothing = LENGTH * u, np.zeros(len(u))
    if shape in {"tree", "twisted tree"}:
        radius = spread * 4 * np.clip((u - FORK) / (1 - FORK), 0, None)
        angle = angle + (twist * u if shape == "twisted tree" else 0)
        columns = [x, radius * np.cos(angle), radius * np.sin(angle)]
    elif shape == "parallel lines":
        columns = [x, 2 * spread * np.cos(angle), 2 * spread * np.sin(angle)]
    elif shape == "loop":  # all go round one ring together, and end where they began
        phase = 2 * np.pi * u
        columns = [2 * spread * np.cos(phase), 2 * spread * np.sin(phase), 0.3 * np.cos(angle)]
    elif shape == "star without trunk":
        radius = spread * 5 * u
        columns = [radius * np.cos(angle), radius * np.sin(angle), nothing]
    else:
        columns = [nothing, nothing, nothing]
    return np.column_stack(columns)
