"""Pictures of snips: where they are, and small copies of them."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from PIL import Image, UnidentifiedImageError

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.io.columns import USUAL_NAMES
from morphsweep.io.tables import read_table

__all__ = ["find_images", "read_thumbnail"]

_SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")


def read_thumbnail(path: Path, /, *, size: int = 56, quality: int = 62) -> bytes:
    """A small copy of a picture.

    Parameters
    ----------
    path : Path
        PNG, JPEG, TIFF, BMP or WebP; the first page of several; 16-bit pictures are scaled to their own range.
    size : int
        Greatest width and height, pixels.
    quality : int
        Of the JPEG, 1 to 95.

    Returns
    -------
    bytes
        A JPEG: grey where the picture is.

    Raises
    ------
    NotComputable
        If the file is missing or no picture; the message says which.
    """
    try:
        with Image.open(path) as opened:
            picture = _eight_bits(opened)
            picture.thumbnail((size, size))
    except FileNotFoundError:
        msg = f"{path}: no such picture"
        raise NotComputable(msg) from None
    except (UnidentifiedImageError, OSError, ValueError) as error:
        msg = f"{path}: cannot be read as a picture ({error})"
        raise NotComputable(msg) from None
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def find_images(
    source: Path | None, snips: pd.DataFrame, /, *, bases: Sequence[Path] = ()
) -> Mapping[str, Path]:
    """Where the picture of each snip is.

    Parameters
    ----------
    source : Path or None
        A table (CSV or Parquet) with the snips' ids and their pictures; a folder whose files are called like the ids; None:
        the column ``image`` of `snips`.
    snips : DataFrame
        With ``snip_id`` and, where the embeddings name pictures, ``image``.
    bases : sequence of Path
        Folders that relative paths may start from.

    Returns
    -------
    mapping of str to Path
        Snip id -> picture; snips without one are left out. Files are not opened.

    Raises
    ------
    InvalidInput
        If `source` does not exist, or has no column for ids or pictures.
    """
    if source is None:
        named = snips.dropna(subset="image") if "image" in snips else snips.head(0).assign(image="")
        pairs = zip(named["snip_id"].astype(str), named["image"].astype(str), strict=True)
        return {snip: _resolved(name, bases) for snip, name in pairs if name}
    if source.is_dir():
        files = {path.stem: path for path in sorted(source.iterdir()) if path.suffix.lower() in _SUFFIXES}
        return {str(snip): files[str(snip)] for snip in snips["snip_id"] if str(snip) in files}
    table = read_table(source)
    ids, images = (_column(table, role, source) for role in ("id", "image"))
    named = table[[ids, images]].dropna()
    pairs = zip(named[ids].astype(str), named[images].astype(str), strict=True)
    return {snip: _resolved(name, (source.parent, *bases)) for snip, name in pairs}


def _column(table: pd.DataFrame, role: str, source: Path) -> str:
    known = next((name for name in USUAL_NAMES[role] if name in table), None)
    if known is None:
        msg = f"{source}: no column for the {role} of a snip; expected one of {', '.join(USUAL_NAMES[role])}, found {', '.join(map(str, table.columns[:12]))}"
        raise InvalidInput(msg)
    return known


def _resolved(name: str, bases: Sequence[Path]) -> Path:
    """The first place where the file is; its name as it stands when it is nowhere."""
    path = Path(name)
    if path.is_absolute():
        return path
    return next((base / path for base in bases if (base / path).is_file()), path)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Grey or colour with 8 bits; deeper pictures from their darkest to their brightest pixel."""
    if picture.mode in {"L", "RGB"}:
        return picture.copy()
    if picture.mode in {"1", "P", "RGBA", "LA", "CMYK", "YCbCr"}:
        return picture.convert("L" if picture.mode in {"1", "LA"} else "RGB")
    deep = picture.convert("F")
    low, high = (float(end) for end in deep.getextrema())
    return deep.point(lambda v: (v - low) * (255 / ((high - low) or 1))).convert("L")
