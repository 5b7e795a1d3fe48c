"""The state of an interrupted run as named tensors in the safetensors format; nothing in it can be executed."""

from dataclasses import dataclass, field
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from morphsweep.io import read_bytes, write_bytes_atomic

__all__ = ["Checkpoint", "read_checkpoint", "read_weights", "write_checkpoint", "write_weights"]


@dataclass(slots=True)
class Checkpoint:
    """Where a run stands between two epochs.

    Parameters
    ----------
    epoch, step : int
        Finished epochs and steps.
    history : list of list of float
        One row per finished epoch.
    best : dict of str to Tensor
        Weights of the best epoch; empty unless the run stops early.
    best_loss : float
        Its validation loss.
    best_epoch : int
        Its number, from 1.
    """

    epoch: int = 0
    step: int = 0
    history: list[list[float]] = field(default_factory=list)
    best: dict[str, Tensor] = field(default_factory=dict)
    best_loss: float = float("inf")
    best_epoch: int = 0


def write_checkpoint(state: Checkpoint, model: nn.Module, optimiser: torch.optim.Adam, path: Path, /) -> None:
    """Keep everything that the next epoch depends on; atomic.

    Parameters
    ----------
    state : Checkpoint
        Counters and history.
    model : Module
        Its weights.
    optimiser : Adam
        Its moments.
    path : Path
        Where to.
    """
    tensors = {f"model.{name}": value for name, value in model.state_dict().items()}
    for name, parameter in model.named_parameters():
        for key, value in optimiser.state[parameter].items():
            tensors[f"adam.{key}.{name}"] = value
    tensors |= {f"best.{name}": value for name, value in state.best.items()}
    tensors["history"] = torch.tensor(state.history, dtype=torch.float64)
    tensors["counters"] = torch.tensor([state.epoch, state.step, state.best_epoch])
    tensors["best_loss"] = torch.tensor(state.best_loss, dtype=torch.float64)
    write_bytes_atomic(path, safetensors.torch.save({n: t.contiguous() for n, t in tensors.items()}))


def read_checkpoint(path: Path, model: nn.Module, optimiser: torch.optim.Adam, /) -> Checkpoint:
    """Put a run back to where it was.

    Parameters
    ----------
    path : Path
        What :func:`write_checkpoint` wrote; when it is absent or damaged the run starts at its beginning.
    model : Module
        Takes the weights.
    optimiser : Adam
        Takes the moments.

    Returns
    -------
    Checkpoint
        Counters and history.
    """
    if not path.is_file():
        return Checkpoint()
    try:
        tensors = safetensors.torch.load(read_bytes(path))
        model.load_state_dict(_below(tensors, "model."))
    except (safetensors.SafetensorError, RuntimeError, KeyError):
        return Checkpoint()
    for name, parameter in model.named_parameters():
        optimiser.state[parameter] = {
            key: tensors[f"adam.{key}.{name}"].to(parameter.device if key != "step" else "cpu")
            for key in ("step", "exp_avg", "exp_avg_sq")
        }
    epoch, step, best_epoch = tensors["counters"].tolist()
    best = {name: value.clone() for name, value in _below(tensors, "best.").items()}
    return Checkpoint(
        epoch, step, tensors["history"].tolist(), best, float(tensors["best_loss"]), int(best_epoch)
    )


def write_weights(model: nn.Module, path: Path, /) -> None:
    """Write the weights of a finished run; atomic.

    Parameters
    ----------
    model : Module
        The network.
    path : Path
        ``.safetensors``.
    """
    tensors = {name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}
    write_bytes_atomic(path, safetensors.torch.save(tensors))


def read_weights(path: Path, model: nn.Module, /) -> None:
    """Put the weights of a finished run into a network.

    Parameters
    ----------
    path : Path
        What :func:`write_weights` wrote.
    model : Module
        Of the same settings and image size.
    """
    model.load_state_dict(safetensors.torch.load(read_bytes(path)))


def _below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Entries of one part, without its name."""
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
