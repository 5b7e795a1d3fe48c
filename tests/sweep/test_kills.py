"""A small slice of the study of killed evaluations."""

from validation.kills import run


def test_killed_and_started_again_gives_the_same(tmp_path):
    """Whatever the moment: identical tables, nothing computed twice, no litter, status 0."""
    table = run(1, models=3, record=tmp_path / "kills.csv", modes=("2 workers",))
    assert (table[["of these computed again", "exit status", "litter", "tables that differ"]] == 0).all(
        axis=None
    )
    assert len(table) == 1
