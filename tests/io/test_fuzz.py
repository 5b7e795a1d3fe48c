"""A small slice of the study of damaged inputs."""

from validation.fuzz import run


def test_damaged_inputs_are_read_or_refused(tmp_path):
    """No traceback, no hang, no refusal without a message."""
    table = run(150, record=tmp_path / "fuzz.csv", seed=1)
    assert table[["read", "refused"]].sum(axis=None) == 150
    assert (table[["refused without a word", "traceback", "hung"]] == 0).all(axis=None)
