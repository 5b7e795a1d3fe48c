"""Drivers as files, and the one option of the command line that needs reading."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from morphsweep.errors import InvalidInput
from morphsweep.influence import Drivers, Ledger, TradeOffs
from morphsweep.io.pages import write_text_atomic
from morphsweep.records import Condition
from morphsweep.sweep.placing import Unseen

__all__ = ["read_inactive", "write_claims", "write_drivers", "write_unseen"]


def read_inactive(texts: Sequence[str] | None, /) -> Mapping[str, str] | None:
    """Where hyper-parameters cannot act, from the command line.

    Parameters
    ----------
    texts : sequence of str or None
        Each ``"NAME: CONDITION"``.

    Returns
    -------
    mapping of str to str, or None
        None when nothing is said.

    Raises
    ------
    InvalidInput
        If a text is not of this form.

    Examples
    --------
    >>> read_inactive(["margin: metric_loss_type == 'NT-Xent'"])
    {'margin': "metric_loss_type == 'NT-Xent'"}
    """
    if not texts:
        return None
    found: dict[str, str] = {}
    for text in texts:
        name, colon, condition = text.partition(":")
        if not colon or not name.strip():
            msg = f"cannot read {text!r}; expected NAME: CONDITION, for instance margin: metric_loss_type == 'NT-Xent'"
            raise InvalidInput(msg)
        found[name.strip()] = str(Condition.parse(condition))
    return found


def write_drivers(found: Drivers, folder: Path | str, /, *, tradeoffs: TradeOffs | None = None) -> list[Path]:
    """Write every table as CSV, everything as JSON, and the sentences as Markdown.

    Parameters
    ----------
    found : Drivers
        What :func:`drivers` returned.
    folder : Path or str
        Made when it is not there.
    tradeoffs : TradeOffs or None
        Written with them.

    Returns
    -------
    list of Path
        The files.
    """
    folder = Path(folder)
    frames = found.frames() | (tradeoffs.frames() if tradeoffs else {})
    document = found.to_json() | ({"trade_offs": tradeoffs.to_json()} if tradeoffs else {})
    texts = {f"{name}.csv": frame.to_csv(index=False) for name, frame in frames.items()}
    texts["drivers.json"] = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1, default=str)
    sentences = (*found.sentences, *(tradeoffs.sentences if tradeoffs else ()))
    notes = (f"Note: {text}" for text in found.notes)
    texts["drivers.md"] = (
        "\n".join(["# What drives what", "", *(f"- {text}" for text in (*sentences, *notes))]) + "\n"
    )
    for name, text in texts.items():
        write_text_atomic(folder / name, text)
    return [folder / name for name in texts]


def write_claims(ledger: Ledger, folder: Path | str, /) -> list[Path]:
    """Write a ledger as CSV, JSON and Markdown.

    Parameters
    ----------
    ledger : Ledger
        What :func:`claims` returned.
    folder : Path or str
        Made when it is not there.

    Returns
    -------
    list of Path
        The files.
    """
    lines = [
        "# Claims",
        "",
        *(f"- **{v.claim.name}**: {v}" for v in ledger.verdicts),
        "",
        *(f"- Note: {n}" for n in ledger.notes),
    ]
    texts = {
        "claims.csv": ledger.table.to_csv(index=False),
        "claims.json": json.dumps(
            ledger.to_json(), ensure_ascii=False, allow_nan=False, indent=1, default=str
        ),
        "claims.md": "\n".join(lines) + "\n",
    }
    for name, text in texts.items():
        write_text_atomic(Path(folder) / name, text)
    return [Path(folder) / name for name in texts]


def write_unseen(found: Unseen, folder: Path | str, /) -> list[Path]:
    """Write where held-out perturbations land, as CSV.

    Parameters
    ----------
    found : Unseen
        What :func:`unseen` returned.
    folder : Path or str
        Made when it is not there.

    Returns
    -------
    list of Path
        The files.
    """
    frames = {"unseen.csv": found.table, "unseen_summary.csv": found.summary}
    for name, frame in frames.items():
        write_text_atomic(Path(folder) / name, frame.to_csv(index=False))
    return [Path(folder) / name for name in frames]
