"""One image file: PNG or TIFF to an array, and an array to PNG."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from morphsweep.errors import InvalidInput
from morphsweep.io.tables import write_atomically

__all__ = ["IMAGE_SUFFIXES", "read_image", "write_png"]

IMAGE_SUFFIXES = (".png", ".tif", ".tiff")
_MODES = {"1": "L", "P": "RGB", "LA": "L", "RGBA": "RGB"}  # stored kinds that are read as another


def read_image(path: Path, /) -> np.ndarray[Any, Any]:
    """Read one image.

    Parameters
    ----------
    path : Path
        PNG or TIFF, grey or colour, 8 or 16 bits.

    Returns
    -------
    array, shape (height, width) or (height, width, 3)
        As stored; transparency is dropped.

    Raises
    ------
    InvalidInput
        If it is no image, or cut off.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            return np.asarray(image.convert(_MODES[image.mode]) if image.mode in _MODES else image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:  # Pillow raises all of them
        reason = "not an image" if isinstance(error, UnidentifiedImageError) else str(error).splitlines()[0]
        msg = f"{path}: damaged or cut off ({reason}); write it again, or take its row out of the table"
        raise InvalidInput(msg) from None


def write_png(pixels: np.ndarray[Any, Any], path: Path, /) -> None:
    """Write an array as PNG; atomic.

    Parameters
    ----------
    pixels : array of uint8, shape (height, width) or (height, width, 3)
        The picture.
    path : Path
        Where to.
    """
    from PIL import Image

    content = BytesIO()
    Image.fromarray(pixels).save(content, format="PNG", optimize=True)
    write_atomically(path, lambda part: part.write_bytes(content.getvalue()))
