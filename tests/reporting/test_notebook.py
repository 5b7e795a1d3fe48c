"""The decision as a lab-notebook entry."""

import re
import sys

import pytest

from morphsweep.cli import main
from morphsweep.reporting import notebook, write_notebook
from morphsweep.reporting.notebook_words import concerns, next_steps, takeaways
from morphsweep.reporting.prepare_document import prepare_document

HOSTILE = ("</svg><script>", "a|b", "x" * 300)


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


def test_nothing_recommended_is_told(results, tmp_path, quick):
    """With thresholds that no model passes the entry says so and what to do."""
    text = write_notebook(results, tmp_path, where=["f1_all > 2", "aligned_rmse <= 1"]).read_text(
        encoding="utf-8"
    )
    assert "No model passes both thresholds" in text
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
