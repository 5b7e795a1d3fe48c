"""Images as one array on disk that all runs map into memory: checked, resized and scaled once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from morphsweep.errors import InvalidInput
from morphsweep.io.image_source import ImageSource
from morphsweep.io.tables import write_atomically
from morphsweep.records import BoolArray

__all__ = ["ImageOptions", "array_shape", "convert_images", "open_array"]


@dataclass(frozen=True, slots=True)
class ImageOptions:
    """What is done to images before training.

    Parameters
    ----------
    size : tuple of int or None
        Height and width to resize to; None leaves the size, which must be one for all.
    blur : int
        Passes of a 3 x 3 binomial filter.
    largest : float or None
        Pixel value that becomes 1; None: 255, 65535, or 1 for fractions.
    allow_constant : bool
        Accept images of one single value.
    """

    size: tuple[int, int] | None = None
    blur: int = 0
    largest: float | None = None
    allow_constant: bool = False


def convert_images(
    source: ImageSource,
    used: BoolArray,
    target: Path,
    /,
    *,
    options: ImageOptions,
    progress: Callable[[int, int], None] | None = None,
) -> str:
    """Write the used images as one ``.npy`` array; what is held in memory is bounded.

    Parameters
    ----------
    source : ImageSource
        Images in the order of the table.
    used : array of bool
        Which of them.
    target : Path
        The array: uint8 where the source is, else float32 between 0 and 1; atomic.
    options : ImageOptions
        Size and scale.
    progress : callable, optional
        Told how many of how many images are read.

    Returns
    -------
    str
        Fingerprint of the content.

    Raises
    ------
    InvalidInput
        If an image has another size, holds NaN, is constant, or lies outside the range of values.
    """
    shape = (*(options.size or source.shape[:2]), *source.shape[2:])
    whole = source.dtype == np.uint8 and options.largest is None
    dtype = np.dtype(np.uint8 if whole else np.float32)
    hashed = hashlib.blake2b(f"{shape} {dtype}".encode(), digest_size=16)

    def write(part: Path) -> None:
        array = np.lib.format.open_memmap(part, "w+", dtype, (int(used.sum()), *shape))
        place = number = 0
        for piece in source.pieces():
            for image in piece:
                if used[number]:
                    array[place] = _prepared(image, shape, options, source.name(number), whole=whole)
                    hashed.update(array[place].tobytes())
                    place += 1
                number += 1
            if progress is not None:
                progress(number, source.n_images)
        array.flush()

    write_atomically(target, write)
    return hashed.hexdigest()


def _prepared(
    image: np.ndarray[Any, Any], shape: tuple[int, ...], options: ImageOptions, name: str, *, whole: bool
) -> np.ndarray[Any, Any]:
    """One image checked, resized, blurred and scaled."""
    _check(image, shape, options, name)
    if options.size is None and not options.blur and whole:
        return image
    values = image.astype(np.float32)
    if options.size is not None and image.shape[:2] != options.size:
        values = _resized(values, options.size)
    for _ in range(options.blur):
        values = _blurred(values)
    if whole:
        pixels: np.ndarray[Any, Any] = np.rint(values).clip(0, 255).astype(np.uint8)
        return pixels
    return _scaled(values, image.dtype, options.largest, name)


def _check(image: np.ndarray[Any, Any], shape: tuple[int, ...], options: ImageOptions, name: str) -> None:
    """Refuse what would spoil a training silently."""
    if (options.size is None and image.shape != shape) or image.shape[2:] != shape[2:]:
        msg = (
            f"{name}: shape {image.shape}, the first image has {shape}; "
            "write all images in one size, or set training.image_size = [height, width] in sweep.toml"
        )
        raise InvalidInput(msg)
    if image.dtype.kind == "f" and not np.isfinite(image).all():
        bad = int((~np.isfinite(image)).sum())
        msg = f"{name}: {bad} of {image.size} pixels are NaN or infinite; repair it, or take its row out of the table"
        raise InvalidInput(msg)
    if not options.allow_constant and image.min() == image.max():
        msg = (
            f"{name}: all pixels are {image.flat[0]}; take its row out of the table, "
            "or set training.allow_constant = true in sweep.toml if empty images are meant"
        )
        raise InvalidInput(msg)


def _scaled(
    values: np.ndarray[Any, Any], dtype: np.dtype[Any], largest: float | None, name: str
) -> np.ndarray[Any, Any]:
    """Values between 0 and 1."""
    top = largest or (float(np.iinfo(dtype).max) if dtype.kind in "ui" else 1.0)
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > top * (1 + 1e-6):
        msg = f"{name}: values from {low:g} to {high:g}, expected 0 to {top:g}; set training.intensity_max in sweep.toml to the value that means white"
        raise InvalidInput(msg)
    return np.asarray(values / np.float32(top), np.float32)


def _resized(values: np.ndarray[Any, Any], size: tuple[int, int]) -> np.ndarray[Any, Any]:
    """Averaged down or interpolated up, colour by colour."""
    from PIL import Image

    if values.ndim == 3:
        return np.stack([_resized(values[..., k], size) for k in range(values.shape[2])], axis=-1)
    return np.asarray(
        Image.fromarray(values, mode=None).resize((size[1], size[0]), Image.Resampling.BILINEAR)
    )


def _blurred(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """One pass of weights 1 2 1 in both directions; edges are repeated."""
    for axis in (0, 1):
        width = [(1, 1) if k == axis else (0, 0) for k in range(values.ndim)]
        padded = np.pad(values, width, mode="edge")
        n = values.shape[axis]
        low, middle, high = (np.take(padded, range(k, k + n), axis) for k in range(3))
        values = (low + 2 * middle + high) / 4
    return values


def open_array(path: Path, /) -> np.ndarray[Any, Any]:
    """Map the converted images into memory; nothing is read until it is used.

    Parameters
    ----------
    path : Path
        What :func:`convert_images` wrote.

    Returns
    -------
    array, shape (n, height, width) or (n, height, width, colours)
        Read-only.
    """
    found: np.ndarray[Any, Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return found


def array_shape(path: Path, /) -> tuple[int, ...]:
    """Shape of the converted images.

    Parameters
    ----------
    path : Path
        What :func:`convert_images` wrote.

    Returns
    -------
    tuple of int
        Number, height, width and perhaps colours.
    """
    shape: tuple[int, ...] = open_array(path).shape
    return shape
