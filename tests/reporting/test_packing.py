import base64
import struct
import zlib

import numpy as np
import pandas as pd
import pytest

from morphsweep.reporting.catalogue import catalogue, specs
from morphsweep.reporting.pack_document import pack_document
from morphsweep.reporting.pack_views import turn_onto
from morphsweep.reporting.packing import MISSING, Pack, quantised, share
from morphsweep.reporting.source import hyperparameters


class Reader:
    """Reads packed arrays with nothing but the format's description."""

    def __init__(self, entries, payload):
        self.entries, self.bytes = entries, zlib.decompress(base64.b64decode(payload))

    def __getitem__(self, number):
        kind, offset, count = self.entries[number]
        if kind == "s2":
            low, high = self.bytes[offset : offset + count], self.bytes[offset + count : offset + 2 * count]
            step = value = 0
            found = []
            for a, b in zip(low, high, strict=True):
                step = (step + a + 256 * b) % 65536
                value = (value + step) % 65536
                found.append(value - 65536 if value > 32767 else value)
            return np.array(found)
        letter = {"f8": "d", "f4": "f", "i2": "h", "u2": "H", "u1": "B", "u4": "I"}[kind]
        return np.array(struct.unpack_from(f"<{count}{letter}", self.bytes, offset))


@pytest.fixture(scope="module")
def packed(results):
    columns = catalogue(
        results.summary, results.scores, hyperparameters=hyperparameters(results), declared=specs()
    )
    described, payload = pack_document(results, columns)
    return described, Reader(described["arrays"], payload)


def test_smooth_numbers_come_back_whatever_they_are():
    """Second differences wrap on the way there and back."""
    rng = np.random.default_rng(0)
    numbers = rng.integers(-32768, 32768, size=257)
    pack = Pack()
    place = pack.add_smooth(numbers)
    np.testing.assert_array_equal(Reader(pack.entries, pack.payload())[place], numbers)


def test_what_is_missing_stays_missing():
    """NaN and infinities have their own code, and no number shares it."""
    assert quantised(np.array([np.nan, np.inf, -1e9, 1e9]), 0.0, 1.0).tolist() == [
        MISSING,
        MISSING,
        -32000,
        32000,
    ]
    assert share(np.array([np.nan, -0.5, 1.5])).tolist() == [65535, 0, 65534]


def test_scores_keep_every_digit(packed, results):
    """Thresholds in the page cut as the command line does, so nothing may be rounded."""
    described, reader = packed
    np.testing.assert_array_equal(reader[described["values"]["f1_all"]], results.summary["f1_all"])
    missing = reader[described["values"]["dispersion_first_all"]]
    np.testing.assert_array_equal(missing, results.summary["dispersion_first_all"])


def test_values_of_perturbations_stand_by_perturbation_and_model(packed, results):
    """Row: perturbation in the order of the comparison; column: model in the order of the summary."""
    described, reader = packed
    table = reader[described["by_perturbation"]["f1_hld"]].reshape(4, 6)
    wide = results.scores.query(
        "metric == 'f1' and regime == 'hld' and perturbation != 'avg_pert'"
    ).pivot_table(index="perturbation", columns="model_index", values="value")
    np.testing.assert_allclose(table, wide.loc[list(results.info["perturbations"])], rtol=1e-6)


def test_reasons_stand_beside_their_numbers(packed):
    """A missing number of a model points to its reason."""
    described, reader = packed
    marks = reader[described["notes"]["columns"]["dispersion_first_all"]]
    assert marks.tolist() == [0, 0, 0, 0, 0, 1]
    assert described["notes"]["texts"][0] == "not_computable: fewer than two curves"


def test_curves_come_back_within_a_step(packed, results):
    """Every curve is there with both ends; a coordinate is off by no more than half a step of the model's grid."""
    described, reader = packed
    curves = described["curves"]
    count, model = reader[curves["count"]], reader[curves["model"]]
    assert len(count) == results.curves.groupby(["model_index", "regime", "perturbation"]).ngroups
    assert set(count) == {100}
    centre, step = reader[described["centre"]].reshape(-1, 3), reader[described["step"]]
    last = int(count[:7].sum()) - 1
    regime = curves["regimes"][reader[curves["regime"]][6]]
    name = results.info["perturbations"][reader[curves["perturbation"]][6]]
    index = int(results.summary["model_index"].iloc[model[6]])
    curve = results.curves.query(
        f"model_index == {index} and regime == {regime!r} and perturbation == {name!r}"
    )
    found = [
        centre[model[6], k] + step[model[6]] * reader[curves[axis]][last] for k, axis in enumerate("xyz")
    ]
    np.testing.assert_allclose(
        found, curve[["pc_1", "pc_2", "pc_3"]].iloc[-1], atol=0.51 * step[model[6]] + 1e-6
    )
    low, size = curves["time"]
    assert low + size * reader[curves["t"]][last] == pytest.approx(curve["time"].iloc[-1], abs=size)


def test_long_tables_stay_small(make_results):
    """More curves than the budget holds get fewer points each, never fewer curves."""
    results = make_results()
    copies = [results.curves.assign(perturbation=results.curves["perturbation"] + str(k)) for k in range(80)]
    results.curves = pd.concat(copies, ignore_index=True)
    results.info["perturbations"] = [f"{p}{k}" for k in range(80) for p in ("wt", "gdf3", "lmx1b", "wnt-i")]
    described, payload = pack_document(results, {})
    reader = Reader(described["arrays"], payload)
    count = reader[described["curves"]["count"]]
    assert len(count) == 80 * 72
    assert count.sum() <= 480_000
    assert count.min() >= 16


def test_turn_brings_a_mirrored_and_turned_shape_back():
    """The common view undoes any rotation, mirror image and shift."""
    rng = np.random.default_rng(1)
    points = rng.normal(size=(20, 3))
    moved = points @ np.linalg.qr(rng.normal(size=(3, 3)))[0].T * [1, 1, -1] + 5
    turn = turn_onto(moved, points)
    np.testing.assert_allclose((moved - moved.mean(0)) @ turn.T, points - points.mean(0), atol=1e-9)
