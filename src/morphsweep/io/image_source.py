"""Where images come from: an array in a file, or a file per image; read piece by piece, never all at once."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from morphsweep.errors import InvalidInput
from morphsweep.io.image_file import read_image
from morphsweep.io.paths import is_file

__all__ = [
    "ARRAY_SUFFIXES",
    "ArraySource",
    "FileSource",
    "ImageSource",
    "array_source",
    "file_source",
    "source_stamp",
]

ARRAY_SUFFIXES = (".npz", ".npy", ".zarr")
_PIECE = 64 * 2**20  # bytes of images held in memory at a time
_KEY = "images"


@dataclass(frozen=True, slots=True)
class ArraySource:
    """One array of images, in the order of the table's rows.

    Parameters
    ----------
    path : Path
        ``.npz``, ``.npy`` or ``.zarr``.
    n_images : int
        Its first axis.
    shape : tuple of int
        Height, width and, for colour, number of colours.
    dtype : numpy.dtype
        Of the values.
    """

    path: Path
    n_images: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def pieces(self) -> Iterator[np.ndarray[Any, Any]]:
        """Images in order, some at a time."""
        size = max(1, _PIECE // max(1, int(np.prod(self.shape)) * self.dtype.itemsize))
        if self.path.suffix == ".npz":
            yield from _npz_pieces(self.path, size)
            return
        array = _open_zarr(self.path) if self.path.suffix == ".zarr" else np.load(self.path, mmap_mode="r")
        for begin in range(0, self.n_images, size):
            yield np.asarray(array[begin : begin + size])

    def name(self, i: int) -> str:
        """How messages call image `i`."""
        return f"{self.path}, image {i} (counted from 0)"


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file per image.

    Parameters
    ----------
    paths : tuple of Path
        In the order of the table's rows.
    shape : tuple of int
        Of the first image.
    dtype : numpy.dtype
        Of the first image.
    """

    paths: tuple[Path, ...]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def n_images(self) -> int:
        """Number of files."""
        return len(self.paths)

    def pieces(self) -> Iterator[np.ndarray[Any, Any]]:
        """Images in order, one at a time; sizes may differ."""
        for path in self.paths:
            image = read_image(path)
            if image.dtype != self.dtype:
                msg = f"{path}: {image.dtype} values, but {self.paths[0].name} has {self.dtype}; write all images with the same depth"
                raise InvalidInput(msg)
            yield image[None]

    def name(self, i: int) -> str:
        """How messages call image `i`."""
        return str(self.paths[i])


ImageSource = ArraySource | FileSource


def array_source(path: Path, /) -> ArraySource:
    """Look at an array of images without reading it.

    Parameters
    ----------
    path : Path
        ``.npy``, ``.npz`` (its entry ``images``, or its only one) or ``.zarr`` (the array itself, or its entry ``images``).

    Returns
    -------
    ArraySource
        To be read piece by piece.

    Raises
    ------
    InvalidInput
        If it is damaged, or no array of images.
    """
    try:
        if path.suffix == ".zarr":
            array = _open_zarr(path)
            shape, dtype = tuple(array.shape), np.dtype(array.dtype)
        elif path.suffix == ".npz":
            with closing(_npz_entry(path)) as stream:
                shape, dtype = _header(stream)
        else:
            shape, dtype = _npy_header(path)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        msg = f"{path}: not a readable array ({str(error).splitlines()[0][:200]}); write it again"
        raise InvalidInput(msg) from None
    if len(shape) not in {3, 4} or dtype.kind not in "uifb":
        msg = f"{path}: {dtype} array of shape {shape}; expected numbers of shape (images, height, width) or (images, height, width, colours)"
        raise InvalidInput(msg)
    return ArraySource(path, shape[0], shape[1:], dtype)


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Shape and type of a stored array; the stream stands at its values then. Objects would be pickles: refused."""
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = read(stream)
    if fortran or dtype.hasobject:
        msg = "values are objects or stored by columns; save with numpy.ascontiguousarray"
        raise ValueError(msg)
    return shape, dtype


def _npy_header(path: Path) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Shape and type of a plain array, which must be there to its end."""
    with path.open("rb") as stream:
        shape, dtype = _header(stream)
        wanted = stream.tell() + int(np.prod(shape)) * dtype.itemsize
    if (found := path.stat().st_size) < wanted:
        msg = f"cut off: {found} of {wanted} bytes"
        raise ValueError(msg)
    return shape, dtype


def _npz_entry(path: Path) -> IO[bytes]:
    """The stream of the images inside an archive."""
    archive = zipfile.ZipFile(path)
    names = [name.removesuffix(".npy") for name in archive.namelist()]
    if _KEY not in names and len(names) != 1:
        archive.close()
        msg = f"it holds {', '.join(names[:8]) or 'nothing'}; expected one array, or one named '{_KEY}'"
        raise ValueError(msg)
    return archive.open(f"{_KEY if _KEY in names else names[0]}.npy")


def _npz_pieces(path: Path, size: int) -> Iterator[np.ndarray[Any, Any]]:
    """Decompress some images at a time; an archive cannot be mapped into memory."""
    try:
        with closing(_npz_entry(path)) as stream:
            (n, *shape), dtype = _header(stream)
            one = int(np.prod(shape)) * dtype.itemsize
            for begin in range(0, n, size):
                count = min(size, n - begin)
                # numpy refuses a buffer that is too short for the shape
                yield np.frombuffer(stream.read(count * one), dtype).reshape(count, *shape)
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        msg = f"{path}: damaged or cut off ({str(error).splitlines()[0][:200]}); write it again"
        raise InvalidInput(msg) from None


def _open_zarr(path: Path) -> Any:
    """The array of a Zarr store, or its entry ``images``."""
    try:
        import zarr
    except ImportError:
        msg = f"{path}: reading Zarr needs the package zarr; install it with: pip install 'morphsweep[train]'"
        raise InvalidInput(msg) from None
    try:
        found = zarr.open(str(path), mode="r")
        return found[_KEY] if isinstance(found, zarr.Group) else found
    except (KeyError, FileNotFoundError, ValueError) as error:
        msg = f"no array here and none named '{_KEY}' in it ({str(error).splitlines()[0][:120]})"
        raise ValueError(msg) from None


def file_source(paths: tuple[Path, ...], /) -> FileSource:
    """Look at the first of many image files.

    Parameters
    ----------
    paths : tuple of Path
        In the order of the table's rows.

    Returns
    -------
    FileSource
        To be read piece by piece.

    Raises
    ------
    InvalidInput
        If a file is missing, or the first cannot be read.
    """
    if missing := [path for path in paths if not is_file(path)]:
        msg = f"{missing[0]}: no such image, and {len(missing) - 1} more missing of {len(paths)}; the table names one file per row"
        raise InvalidInput(msg)
    first = read_image(paths[0])
    return FileSource(paths, first.shape, first.dtype)


def source_stamp(source: ImageSource, /) -> list[tuple[str, int, int]]:
    """What tells that images were not changed since they were converted: name, size and date of each file.

    Parameters
    ----------
    source : ImageSource
        The images.

    Returns
    -------
    list of tuple
        A file each.
    """
    if isinstance(source, FileSource):
        paths = list(source.paths)
    else:
        paths = sorted(p for p in source.path.rglob("*") if p.is_file()) or [source.path]
    stats = [(path, path.stat()) for path in paths]
    return [(str(path.absolute()), stat.st_size, stat.st_mtime_ns) for path, stat in stats]
