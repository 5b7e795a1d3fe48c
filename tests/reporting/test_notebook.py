"""The decision as a lab-notebook entry."""

import re
import sys

import pytest

from morphsweep.cli import main
from morphsweep.reporting import notebook, write_notebook
from morphsweep.reporting.notebook_words import concerns, next_steps, takeaways
from morphsweep.reporting.prepare_document import prepare_document

HOSTILE = ("</svg><script>", "a|b", "x" * 300)

TWO = ["f1_all > 0.78", "aligned_rmse <= 3"]


@pytest.fixture
def twice(make_results):
    """Six models of three configurations."""
    results = make_results()
    pairs = [0, 1, 2, 0, 1, 2]
    results.summary = results.summary.assign(
        configuration=pairs, metric_loss_type="triplet", replicate=[0, 0, 0, 1, 1, 1]
    )
    return results


@pytest.fixture
def quick(monkeypatch):
    """Figures are named but not drawn: what they show is tested elsewhere."""
    drawn = []
    monkeypatch.setattr(notebook, "write_figure", lambda record, *_, **__: drawn.append(record.name))
    return drawn


def test_the_entry_follows_the_order_of_the_argument(results, tmp_path, quick):
    """Takeaways, measures, tables, concerns, next steps, then the figures and the models."""
    text = write_notebook(results, tmp_path, date="Dec-17-2024").read_text(encoding="utf-8")
    assert text.startswith("# Growing letters: which space; Dec-17-2024\n")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    wanted = [
        "Main takeaways", "Key measures", "Tranches", "Concerns", "Next steps", "Collinearity",
        "RMSE before and after alignment", "Dispersion (tree-likeness)", "What drives the scores",
        "Prettiness against classification", "Picking models", "The spaces",
    ]  # fmt: skip
    assert headings[: len(wanted)] == wanted
    assert headings[len(wanted)].startswith("Model ")


def test_every_link_is_an_attachment_and_every_attachment_is_linked(results, tmp_path, quick):
    """No dead link, no figure forgotten, none twice."""
    text = write_notebook(results, tmp_path).read_text(encoding="utf-8")
    linked = re.findall(r"!\[[^\]]*\]\(attachments/(.*?)\.png\)", text)
    kept = [
        name
        for name in quick
        if not name.startswith((
            "reference_vs_other",
            "dispersion_first_vs_f1",
            "aligned_rmse_vs",
            "dispersion_slope_vs",
        ))
    ]
    assert len(linked) == len(set(linked))
    assert set(kept) <= set(linked) <= set(quick)


def test_attachments_are_pictures(results, tmp_path, monkeypatch):
    """The figures are drawn as PNG beside the entry."""
    one = [
        pair
        for pair in notebook.figure_records(prepare_document(results), [1])
        if pair[0].name == "selection"
    ]
    monkeypatch.setattr(notebook, "figure_records", lambda *_, **__: iter(one))
    path = write_notebook(results, tmp_path, wiki=True, dpi=50)
    assert "![[attachments/selection.png]]" in path.read_text(encoding="utf-8")
    assert [p.name for p in (tmp_path / "attachments").iterdir()] == ["selection.png"]


def test_the_winner_and_its_tranche_table_are_told(results, tmp_path, quick):
    """The recommended model, with a row in the table of its tranche."""
    document = prepare_document(results)
    winner = document["decision"]["winner"]
    text = write_notebook(results, tmp_path).read_text(encoding="utf-8")
    assert f"- Recommended: model {winner}" in text
    assert re.search(rf"^\| {winner} \|", text, re.MULTILINE)


def test_takeaways_hold_the_trends_of_the_made_sweep(results):
    """In it beta lowers F1 and raises collinearity."""
    told = takeaways(prepare_document(results))
    assert told[0] == "Of the hyper-parameters, beta separates the key scores best."
    trade = next(t for t in told if t.startswith("Classification and prettiness"))
    assert "strongly related, one at the cost of the other" in trade


def test_concerns_name_the_sick_curves_of_the_winner(results):
    """Curves that are not ok are counted, the winner's own are named."""
    document = prepare_document(results)
    document["decision"] = {**document["decision"], "winner": document["health"][0]["model_index"]}
    assert any(t.startswith("Of the recommended model these curves are not ok: ") for t in concerns(document))


def test_next_steps_extend_the_sweep_at_its_edge(results):
    """A winner at the largest beta tried asks for larger ones."""
    document = prepare_document(results)
    at_edge = document["models"]["index"][document["models"]["values"]["beta"].index(10)]
    document["decision"] = {**document["decision"], "winner": at_edge}
    assert any(
        s == "Extend the sweep in beta: the recommended model sits at its largest value (10)."
        for s in next_steps(document)
    )


def test_ratings_are_told_once_they_are_judged(results, tmp_path, quick, monkeypatch):
    """What a person's scores said of the metrics stands in the entry."""
    (tmp_path / "ratings").mkdir()
    (tmp_path / "ratings" / "agreement_Ada.json").write_text(
        '{"sentences": ["Ada likes F1."]}', encoding="utf-8"
    )
    monkeypatch.setattr(results, "path", tmp_path)
    text = write_notebook(results, tmp_path / "entry").read_text(encoding="utf-8")
    assert "## Which number is pretty\n\n- Ada likes F1.\n" in text


def test_a_tie_is_not_called_a_replicate(twice):
    """The recommended model with its ties, told as select tells them; what to do names them as ties."""
    document = prepare_document(twice)
    decision = document["decision"]
    assert decision["ties"]
    told = notebook._choice(document)[0]
    assert told.startswith(f"Recommended: model {decision['winner']} (beta ")
    assert f"The numbers do not separate it from model{'s' if len(decision['ties']) > 1 else ''} " in told
    assert "or one of its replicates" not in told
    step = next(s for s in next_steps(document) if s.startswith("Choose among"))
    assert step.startswith(f"Choose among the tied models {decision['winner']}, {decision['ties'][0]}")


def test_a_model_without_varying_hyperparameters_ends_its_sentence(results):
    """No colon before nothing."""
    document = prepare_document(results)
    document["decision"] = {**document["decision"], "winner_hyperparameters": [], "ties": None}
    assert notebook._choice(document)[0] == f"Recommended: model {document['decision']['winner']}."


def test_too_few_configurations_claim_no_trend(twice):
    """Six models of three configurations: what claims calls not testable is not told as strongly related."""
    told = [
        t
        for t in takeaways(prepare_document(twice))
        if t.startswith(("Classification", "Robustness", "Collinearity"))
    ]
    assert len(told) == 3
    for text in told:
        assert "not testable: 3 configurations have both numbers" in text
        assert "rho" not in text


def test_trends_are_over_configurations(results):
    """Replicates of one configuration count once."""
    document = prepare_document(results)
    document["models"]["values"]["configuration"] = [0, 0, 1, 2, 3, 4]
    trade = next(t for t in takeaways(document) if t.startswith("Classification and prettiness"))
    assert "over 5 configurations" in trade


def test_partial_models_of_tranche_1_are_why_nothing_is_recommended(make_results, tmp_path, quick):
    """Not that no model met both criteria, which the table below would contradict."""
    results = make_results()
    scores = results.scores
    members = prepare_document(results, where=TWO)["decision"]["tranches"][0]["models"]
    best = scores["model_index"].isin(members) & (scores["perturbation"] == "avg_pert")
    results.scores = scores.assign(status=scores["status"].mask(best, "partial"))
    document = prepare_document(results, where=TWO)
    assert document["decision"]["winner"] is None
    assert sorted(document["decision"]["tranches"][0]["models"]) == sorted(members) != []
    text = write_notebook(results, tmp_path, where=TWO).read_text(encoding="utf-8")
    assert f"- {document['decision']['why_no_winner']}\n" in text
    assert "met both criteria, but" in document["decision"]["why_no_winner"]
    assert "No model" not in text
    assert "Loosen a threshold" not in text


def test_nothing_recommended_is_told(results, tmp_path, quick):
    """With thresholds that no model passes the entry says so and what to do."""
    text = write_notebook(results, tmp_path, where=["f1_all > 2", "aligned_rmse <= 1"]).read_text(
        encoding="utf-8"
    )
    assert "- No model met both criteria, so none was chosen.\n" in text
    assert "Loosen a threshold" in text


def test_hostile_labels_are_text(make_results, tmp_path, quick):
    """Labels break neither tables nor pages."""
    results = make_results(name="<script>alert(1)</script>", losses=HOSTILE[:2])
    text = write_notebook(results, tmp_path).read_text(encoding="utf-8")
    assert "<script>" not in text
    widths = {
        line.count("|") - line.count("\\|")
        for line in text.splitlines()
        if line.startswith("| ") and "a\\|b" in line
    }
    assert len(widths) <= 1


@pytest.mark.parametrize("verb", ["figures", "notebook", "rate", "bridge"])
def test_help_of_every_verb(verb, monkeypatch, capsys):
    """Each explains itself."""
    monkeypatch.setattr(sys, "argv", ["morphsweep", verb, "--help"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert not stop.value.code
    assert "--out" in capsys.readouterr().out
