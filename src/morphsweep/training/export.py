"""What a finished run hands over: latent means of every snip, and pictures of what it can draw."""

from typing import Any

import numpy as np
import pandas as pd
import torch

from morphsweep.records import IntArray
from morphsweep.training.data import Snips, as_images
from morphsweep.training.model import VAE
from morphsweep.training.objective import divergence_of_latents, image_error

__all__ = ["embed", "reconstruction_sheet"]

_AT_ONCE = 512
_SEEN, _UNSEEN = 4, 4  # columns of the sheet


@torch.no_grad()
def embed(model: VAE, snips: Snips, device: torch.device, /) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Latent means of every snip, and how well each is drawn from them.

    Parameters
    ----------
    model : VAE
        Trained.
    snips : Snips
        All rows, also those that training did not see.
    device : torch.device
        Where the network lives.

    Returns
    -------
    latents : DataFrame of float32
        ``z_mu_n_00 ...``, then ``z_mu_b_..`` with the numbering going on.
    quality : DataFrame
        ``recon_loss`` (half the squared error summed over pixels) and ``kl`` (nats, summed over latents).
    """
    means, losses, divergences = [], [], []
    for begin in range(0, len(snips.images), _AT_ONCE):
        images = as_images(np.array(snips.images[begin : begin + _AT_ONCE]), device)
        found, log_variances = model.encode(images)
        means.append(found.cpu().numpy())
        losses.append((image_error(images, model.decode(found)) * images[0].numel()).cpu().numpy())
        divergences.append(divergence_of_latents(found, log_variances).sum(dim=1).cpu().numpy())
    values = np.concatenate(means)
    names = [f"z_mu_{'n' if j < model.n_nuisance else 'b'}_{j:02d}" for j in range(values.shape[1])]
    quality = {"recon_loss": np.concatenate(losses), "kl": np.concatenate(divergences)}
    return pd.DataFrame(values, columns=names), pd.DataFrame(quality)


@torch.no_grad()
def reconstruction_sheet(model: VAE, snips: Snips, device: torch.device, /) -> np.ndarray[Any, Any]:
    """Pairs of rows, a perturbation each: images above, their reconstructions below.

    Parameters
    ----------
    model : VAE
        Trained.
    snips : Snips
        The left half of a row is an individual that training saw, the right half one that it did not see; where there
        is none of a kind, the other kind.
    device : torch.device
        Where the network lives.

    Returns
    -------
    array of uint8, shape (height, width) or (height, width, 3)
        At equal steps in time, early to late, twice.
    """
    bands = []
    for code in range(len(snips.perturbations)):
        rows = _examples(snips, code)
        images = as_images(np.array(snips.images[rows]), device)
        drawn = model.decode(model.encode(images)[0])
        bands += [_strip(images.cpu().numpy()), _strip(drawn.cpu().numpy())]
    sheet = np.concatenate(bands, axis=0)
    pixels: np.ndarray[Any, Any] = np.rint(sheet.clip(0, 1) * 255).astype(np.uint8)
    return pixels[..., 0] if pixels.shape[2] == 1 else pixels[..., :3]


def _examples(snips: Snips, code: int) -> IntArray:
    """Rows of one seen and one unseen individual, at equal steps in time."""
    split = snips.frame["split"].to_numpy(str)
    own = snips.perturbation == code
    seen, unseen = own & (split == "train"), own & (split != "train")
    seen, unseen = (seen if seen.any() else unseen), (unseen if unseen.any() else seen)
    return np.concatenate([_of_one(snips, seen, _SEEN, 0), _of_one(snips, unseen, _UNSEEN, -1)])


def _of_one(snips: Snips, mask: np.ndarray[Any, Any], n: int, which: int) -> IntArray:
    """Some rows of the first or last individual of a mask, early to late."""
    rows: IntArray = np.flatnonzero(mask)
    rows = rows[snips.individual[rows] == np.unique(snips.individual[rows])[which]]
    rows = rows[np.argsort(snips.time[rows], kind="stable")]
    chosen: IntArray = rows[np.linspace(0, len(rows) - 1, n).round().astype(int)]
    return chosen


def _strip(images: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Images (n, colours, height, width) side by side, with a thin line around each."""
    framed = np.pad(images, ((0, 0), (0, 0), (0, 1), (0, 1)), constant_values=0.5)
    return np.concatenate(framed.transpose(0, 2, 3, 1), axis=1)
