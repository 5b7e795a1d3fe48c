"""Scaffolds on paper."""

import numpy as np
import pandas as pd
import pytest

from morphsweep.reporting.draw_spaces import draw_wall
from morphsweep.reporting.prepare_document import prepare_document
from morphsweep.reporting.prepare_spaces import prepare_sheets, prepare_wall
from morphsweep.reporting.spaces import common_view, flattened, oblique, radius


@pytest.fixture(scope="module")
def document(results):
    return prepare_document(results)


def tree(rng):
    u = np.linspace(0, 1, 30)
    return {
        p: np.column_stack([5 * u, k * u**2, 0.3 * k * np.sin(3 * u)]) + rng.normal(size=3) * 0.1
        for k, p in enumerate("abc")
    }


def test_a_turned_mirrored_and_scaled_copy_looks_the_same():
    """The common view undoes what principal components leave open: place, size, rotation, sign."""
    rng = np.random.default_rng(3)
    first = tree(rng)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0] * [1, 1, -1]
    second = {name: 7 * points @ turn + [10, -4, 2] for name, points in first.items()}
    views = common_view({1: first, 2: second}, 1)
    for name, points in first.items():
        np.testing.assert_allclose(views[2](second[name]), views[1](points), atol=1e-8)


def test_the_view_keeps_lengths_in_the_plane_of_the_paper():
    """Both directions of the paper are unit vectors at right angles."""
    np.testing.assert_allclose(oblique().T @ oblique(), np.eye(2), atol=1e-12)


def test_radius_of_two_points_is_half_their_distance():
    """Hand-worked."""
    assert radius({"a": np.array([[0.0, 0, 0], [2, 0, 0]])}) == pytest.approx(1.0)


def test_points_without_a_coordinate_are_left_out():
    """Missing numbers of the document are None."""
    found = flattened({
        "a": {"x": [1, None], "y": [1, 2], "z": [0, 0]},
        "b": {"x": [None], "y": [1], "z": [1]},
    })
    assert {name: len(points) for name, points in found.items()} == {"a": 1}


def test_the_wall_shows_every_model_once_best_first(document, results):
    """Within a tranche the models stand in the order of the metric asked for."""
    frame = prepare_wall(document, by="f1_all").frame
    shown = frame.drop_duplicates("model_index")
    assert sorted(shown["model_index"]) == sorted(results.summary["model_index"])
    for _, block in shown.groupby("group"):
        assert block["value"].is_monotonic_decreasing
    tranche = dict(zip(document["models"]["index"], document["models"]["tranche"], strict=True))
    assert all(str(tranche[m]) in g for m, g in shown[["model_index", "group"]].itertuples(index=False))


def test_sheets_hold_a_dozen_models_of_their_tranche(document):
    """The first of each tranche, with their aligned copies."""
    tranches = {t["number"]: t["models"] for t in document["decision"]["tranches"]}
    for record in prepare_sheets(document):
        number = int(record.name.removeprefix("curves_tranche_"))
        assert list(dict.fromkeys(record.frame["model_index"])) == tranches[number][:12]
        assert set(record.frame["stroke"]) == {"solid", "dotted"}


@pytest.mark.parametrize("n", [1, 200])
def test_the_wall_stays_a_page(document, n):
    """However many models, the wall is no taller than a page and every cell has its label."""
    record = prepare_wall(document)
    one = record.frame[record.frame["model_index"] == record.frame["model_index"].iloc[0]]
    frame = pd.concat([one.assign(model_index=k) for k in range(n)])
    figure = draw_wall(type(record)(record.name, record.title, frame, colors=record.colors))
    assert figure.get_size_inches()[1] <= 10.2
    assert len([t for t in figure.axes[0].texts if t.get_text().split()[0].isdigit()]) == n
