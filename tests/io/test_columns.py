"""Which column plays which role."""

import pytest

from morphsweep.errors import NotComputable
from morphsweep.io import find_roles
from morphsweep.records import Columns

LAB = [
    "snip_id",
    "embryo_id",
    "predicted_stage_hpf",
    "phenotype",
    "train_cat",
    "z_mu_n_00",
    *(f"z_mu_b_{i}" for i in (11, 9, 10)),
]


def test_usual_names_are_recognised():
    """A lab that writes its usual names says nothing more."""
    roles = find_roles(LAB)
    assert roles.labels == {
        "id": "snip_id",
        "individual": "embryo_id",
        "perturbation": "phenotype",
        "time": "predicted_stage_hpf",
        "split": "train_cat",
    }
    assert roles.notes == ()


def test_latents_stand_in_natural_order_without_nuisance():
    """Only biological latents are scored, 9 before 10, whatever the order of the file."""
    assert find_roles(LAB).latents == ("z_mu_b_9", "z_mu_b_10", "z_mu_b_11")


def test_the_lab_s_statement_wins_over_usual_names():
    """A stated column is taken even where a usual one exists."""
    roles = find_roles([*LAB, "dish"], columns=Columns(individual="dish"))
    assert roles.labels["individual"] == "dish"


def test_unmarked_latents_are_all_scored_with_a_note():
    """Without a mark of biological latents, all are taken and the reader is told."""
    roles = find_roles(["snip_id", "phenotype", "time", *(f"z_mu_{i:02d}" for i in range(4)), "z_sigma_00"])
    assert roles.latents == ("z_mu_00", "z_mu_01", "z_mu_02", "z_mu_03")
    assert roles.notes[0] == "no latent is marked biological (z_mu_b_): all 4 z_mu_ columns are scored"


def test_a_stated_prefix_chooses_the_latents():
    """Any prefix may be given."""
    assert find_roles(
        ["snip_id", "phenotype", "time", "pc1", "pc2", "pc3", "z_mu_b_0"], latent_prefix="pc"
    ).latents == ("pc1", "pc2", "pc3")


def test_only_needed_columns_are_listed_once():
    """A column with two roles is read once, others not at all."""
    roles = find_roles([*LAB, "recon_loss"], columns=Columns(batch="embryo_id"))
    assert sorted(roles.needed) == sorted(set(LAB) - {"z_mu_n_00"})


def test_an_unknown_stated_column_is_named_with_the_closest():
    """A misspelt role names the column, the field and the likely meaning."""
    with pytest.raises(NotComputable) as error:
        find_roles(LAB, columns=Columns(time="predicted_stage"), source="t.csv")
    assert str(error.value).startswith(
        "t.csv: no column 'predicted_stage', which the sweep file gives as columns.time; did you mean 'predicted_stage_hpf'? found: snip_id"
    )


def test_a_missing_role_says_what_was_expected_and_found():
    """A table without perturbation says which names would do."""
    with pytest.raises(
        NotComputable,
        match=r"t\.csv: no column for the perturbation; expected one of phenotype, perturbation, .* found: snip_id, time, z0",
    ):
        find_roles(["snip_id", "time", "z0"], source="t.csv")


def test_too_few_latents_are_refused():
    """Three components need three latents."""
    with pytest.raises(NotComputable, match=r"2 latent columns, expected at least 3"):
        find_roles(["snip_id", "phenotype", "time", "z_mu_b_0", "z_mu_b_1", "z_mu_n_2"])


def test_a_repeated_column_is_refused():
    """Two columns of one name cannot be told apart."""
    with pytest.raises(NotComputable, match=r"the column 'z_mu_b_9' occurs 2 times"):
        find_roles([*LAB, "z_mu_b_9"])
