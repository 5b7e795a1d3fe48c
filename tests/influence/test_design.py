"""How settings become levels and numbers."""

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.influence import make_design


def test_numbers_keep_their_order_and_any_monotone_scale_gives_the_same_matrix():
    """Trees see ranks: beta and log beta are one design."""
    beta = np.array([0.1, 10.0, 1.0, 10.0])
    plain, logged = (make_design(pd.DataFrame({"beta": values})) for values in (beta, np.log(beta)))
    assert plain.knobs[0].levels == ("0.1", "1", "10")
    assert plain.knobs[0].codes.tolist() == [0, 2, 1, 2]
    np.testing.assert_array_equal(plain.matrix, logged.matrix)


def test_a_number_with_many_values_has_five_levels_of_equal_size():
    """A thousand learning rates are five bins on a log scale."""
    rates = np.geomspace(1e-4, 1e-1, 1000)
    knob = make_design(pd.DataFrame({"rate": rates})).knobs[0]
    assert knob.log
    assert np.bincount(knob.codes).tolist() == [200] * 5
    assert len(knob.probes) == 24


def test_a_conditional_setting_acts_where_its_parent_lets_it():
    """A second layer exists only in one kind of model: that is told by the kind, not by the layer."""
    frame = pd.DataFrame({"model": ["mlp", "mlp", "cnn", "cnn"], "layer": [5.0, 9.0, np.nan, np.nan]})
    knob = make_design(frame).knobs[1]
    assert knob.acts.tolist() == [True, True, False, False]
    assert knob.codes.tolist() == [0, 1, -1, -1]


def test_a_setting_missing_on_its_own_is_a_level_of_its_own_to_the_forest():
    """Where nothing else tells whether it is set, being set may matter, so it is dealt out everywhere."""
    frame = pd.DataFrame({"model": ["a", "a", "b", "b"], "clip": [1.0, np.nan, 1.0, np.nan]})
    knob = make_design(frame).knobs[1]
    assert knob.acts.all()
    assert len(knob.probes) == 2


def test_what_cannot_act_is_masked_and_what_holds_one_value_is_said_to():
    """Margin does not act under NT-Xent; batch size never changes."""
    frame = pd.DataFrame({
        "loss": ["NT-Xent", "NT-Xent", "triplet"],
        "margin": [1, 2, 1],
        "batch": [64, 64, 64],
    })
    design = make_design(frame, inactive={"margin": "loss == 'NT-Xent'"})
    assert [knob.verdict for knob in design.knobs] == ["varies", "fixed where it acts", "constant"]
    assert design.groups.tolist() == [0, 0, 1]


def test_the_whole_message_when_there_is_nothing_to_explain_with():
    """A table without hyper-parameters is refused."""
    with pytest.raises(InvalidInput) as error:
        make_design(pd.DataFrame(index=range(3)))
    assert (
        str(error.value)
        == "no hyper-parameters to explain with: the table has 3 models and 0 hyper-parameter columns"
    )
