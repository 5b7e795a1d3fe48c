"""A collapsed space is named."""

import pandas as pd

from morphsweep.selection import select


def test_collapsed_models_are_flagged_and_named():
    """In the flags of the table and in one warning, with the regime; the winner is said to be one of them."""
    models = pd.DataFrame({
        "model_index": [1, 2, 3],
        "f1_all": [0.8, 0.9, 0.75],
        "aligned_rmse": [0.5, 0.9, 0.1],
        "collapsed_all": [0.0, 0.0, 1.0],
        "collapsed_hld": [0.0, 1.0, 1.0],
    })
    choice = select(models)
    assert choice.winner == 2
    flags = dict(zip(choice.table["model_index"], choice.table["flags"], strict=True))
    assert flags == {1: "", 2: "collapsed in hld", 3: "collapsed in all, hld"}
    said = "collapsed, so that small distances there say nothing: model 2 (hld), 3 (all, hld); the winner is one of them"
    assert said in choice.warnings


def test_nothing_is_said_where_nothing_collapsed():
    """No column, or no collapsed model: no warning."""
    models = pd.DataFrame({"model_index": [1], "f1_all": [0.8], "aligned_rmse": [0.5]})
    for frame in (models, models.assign(collapsed_all=0.0)):
        choice = select(frame)
        assert not any("collapsed" in text for text in choice.warnings)
        assert choice.table["flags"].tolist() == [""]
