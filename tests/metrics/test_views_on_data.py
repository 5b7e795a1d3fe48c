"""Views without curves on public data: cells without a common course, and two embeddings of the same wells."""

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import NotApplicable
from morphsweep.metrics import (
    METRICS,
    MatchedSnips,
    centroid_distances,
    flow_cosines,
    search_neighbours,
    step_vectors,
    time_centroids,
    track_steps,
    trunk_lengths,
)


def value(name, *arguments):
    """A metric's function by name."""
    return METRICS[name].function(*arguments)


def course(X, labels, people, times, *, n_bins):
    """Centroids of all classes over the whole time."""
    edges = np.linspace(times.min(), times.max(), n_bins + 1)
    return time_centroids(X, labels, people, times, perturbations=sorted(set(labels)), edges=edges)


def coherence(X, labels, people, times):
    """Flow of every snip against its surroundings."""
    found = search_neighbours(X, np.arange(len(X)), labels=labels, individuals=people)
    return flow_cosines(step_vectors(X, *track_steps(people, times)), found.queries, found.strangers)


def test_cells_that_share_no_course_look_bad(shared):
    """Immune cells crawl their own ways: no divergence, no common direction, no tree, hardly any flow."""
    table = pd.read_csv(shared / "data" / "immune_cell_tracks" / "tracks.csv")
    X, times = table[["x", "y"]].to_numpy(float), table["t"].to_numpy(float)
    labels = table["cell_type"].to_numpy()
    people = (table["cell_type"] + table["track"].astype(str)).to_numpy()
    centroids = course(X, labels, people, times, n_bins=20)
    assert abs(value("centroid_divergence", centroids)) < 0.1
    assert abs(value("centroid_collinearity", centroids)) < 0.2
    assert value("centroid_dispersion_first_rel", centroids) > 0.8
    with pytest.raises(NotApplicable, match=r"^the points fall into 3 parts"):
        centroid_distances(centroids)
    cosines = coherence(X, labels, people, times)
    assert value("flow_coherence", cosines) < 0.2
    assert value("flow_opposed", cosines) > 0.4


@pytest.fixture(scope="module")
def wells(shared):
    """Latents by model, then labels, wells and times of the same rows."""
    table = pd.read_csv(shared / "data" / "apoptosis_wells_13_times" / "wells.csv")
    table = table.sort_values(["well", "time_step"], kind="stable")
    features = [name for name in table if name.startswith("Terminal_Intensity")]
    latents = {name: rows[features].to_numpy(float) for name, rows in table.groupby("model")}
    one = table[table["model"] == "real"]
    return latents, one["apoptosis"].to_numpy(), one["well"].to_numpy(), one["time_step"].to_numpy(float)


def test_a_trained_model_diverges_over_time_and_one_of_shuffled_data_does_not(wells):
    """Wells part after a while in the real embedding; in the shuffled one they never do, and halves of them disagree."""
    latents, labels, people, times = wells
    real, shuffled = (
        course(latents[name], labels, people, times, n_bins=13) for name in ("real", "shuffled")
    )
    assert value("centroid_divergence", real) > 0.7
    assert value("centroid_divergence", shuffled) < 0.3
    assert value("procrustes_self", real) < 0.3
    assert value("procrustes_self", shuffled) > 0.7
    assert 0 < trunk_lengths(real)["positive"] < 0.5
    assert set(trunk_lengths(shuffled).values()) == {1.0}


def test_the_two_embeddings_have_nothing_in_common(wells):
    """CKA at its null, no shape in common, nothing carries over; each with itself is perfect."""
    latents, labels, people, times = wells
    real, shuffled = (
        MatchedSnips(latents[name], labels, people, times, np.arange(len(times)))
        for name in ("real", "shuffled")
    )
    assert value("cka", real, shuffled) < 3 * value("cka_null", real, shuffled)
    assert value("procrustes_similarity", real, shuffled) > 0.95
    assert value("label_transfer", real, shuffled) < 0.45
    assert value("time_transfer", real, shuffled) < 0
    assert value("cka", real, real) == 1.0
    assert value("procrustes_similarity", real, real) == 0.0
    assert value("label_transfer", real, real) > 0.6
    assert value("time_transfer", real, real) > 0.6
