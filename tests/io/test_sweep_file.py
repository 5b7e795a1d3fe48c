"""sweep.toml: everything has a default, and what is not allowed is said in our words."""

import pytest

from morphsweep.errors import InvalidInput
from morphsweep.io import read_sweep_file
from morphsweep.records import SweepConfig


def test_an_empty_sweep_file_is_the_default(tmp_path):
    """Everything is optional."""
    (tmp_path / "sweep.toml").write_text("", encoding="utf-8")
    assert read_sweep_file(tmp_path / "sweep.toml") == SweepConfig()


def test_what_the_lab_says_is_kept(tmp_path):
    """Columns, conditions and settings arrive as written."""
    (tmp_path / "sweep.toml").write_text(
        'perturbations = ["wt", "b"]\ntime_limit = false\n[columns]\ntime = "age"\n'
        "[inactive]\nmargin = \"loss == 'NT-Xent'\"\n[held_out]\nhld = ['b']\n[settings]\nn_folds = 3\n",
        encoding="utf-8",
    )
    found = read_sweep_file(tmp_path / "sweep.toml")
    assert found.perturbations == ("wt", "b")
    assert found.time_limit is False
    assert found.columns.time == "age"
    assert found.inactive == {"margin": "loss == 'NT-Xent'"}
    assert found.held_out == {"hld": ("b",)}
    assert found.settings == {"n_folds": 3}


CONDITION = (
    "expected a condition: cannot read the condition 'a b'; expected: column operator value, where operator is one of "
    "== != <= >= < > and value is a number, a 'quoted text' or a quantile such as q50"
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time_unit = 5", "time_unit is 5; expected a text"),
        ('perturbations = "wt"', "perturbations is 'wt'; expected a list of texts"),
        ('early_window = "soon"', "early_window is 'soon'; expected a number"),
        ("early_window = -1", "early_window is -1; expected above 0.0"),
        ('time_limit = "x"', "time_limit is 'x'; expected a number, or false for no limit"),
        ("time_limit = true", "time_limit is True; expected a number, or false for no limit"),
        ("held_out = 3", "held_out is 3; expected a table of name = value"),
        ("columns = 3", "columns is 3; expected a table of name = value"),
        ("colors = {a = 1}", "colors.a is 1; expected a text"),
        ('thresholds = ["a b"]', f"thresholds is ['a b']; {CONDITION}"),
        (
            'columns = {idd = "x"}',
            "unknown field 'columns.idd'; did you mean 'id'? known fields: id, individual, perturbation, time, batch, split, image",
        ),
        ("settings = {C = -1}", "settings.C is -1; expected above 0.0"),
        ("settings = {n_folds = 2.5}", "settings.n_folds is 2.5; expected a whole number"),
        ('settings = {bandwidth = "x"}', "settings.bandwidth is 'x'; expected a number above 0 or 'auto'"),
        ('settings = {split = "x"}', "settings.split is 'x'; expected one of 'folds' or 'holdout'"),
        ('settings = {protocol = "x"}', "settings.protocol is 'x'; allowed: default, notebook"),
        ("time_unit = 5\nmanifest = 3", "manifest is 3; expected a text; time_unit is 5; expected a text"),
    ],
)
def test_a_value_that_is_not_allowed_is_named(text, message, tmp_path):
    """File, field, value found and what is allowed."""
    (tmp_path / "sweep.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as error:
        read_sweep_file(tmp_path / "sweep.toml")
    assert str(error.value) == f"{tmp_path / 'sweep.toml'}: {message}"


def test_an_unknown_field_is_named_with_all_known_ones(tmp_path):
    """A misspelt field is found."""
    (tmp_path / "sweep.toml").write_text('manifst = "x"', encoding="utf-8")
    with pytest.raises(
        InvalidInput,
        match=r"unknown field 'manifst'; did you mean 'manifest'\? known fields: name, manifest, columns",
    ):
        read_sweep_file(tmp_path / "sweep.toml")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such sweep file"),
        (b"x =", "not a readable TOML file"),
        (b"\xff", "not a readable TOML file"),
    ],
)
def test_no_or_broken_sweep_file(content, message, tmp_path):
    """A file that is not TOML is said to be none."""
    if content is not None:
        (tmp_path / "sweep.toml").write_bytes(content)
    with pytest.raises(InvalidInput, match=message):
        read_sweep_file(tmp_path / "sweep.toml")
