"""Images and their table: every form gives the same array, and what cannot be used is refused by name."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from morphsweep.errors import InvalidInput
from morphsweep.io import ImageOptions, convert_images, open_array, read_image, read_image_table, write_png
from morphsweep.records import Columns

N = 7


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, size=(N, 6, 8), dtype=np.uint8)


def table(n=N) -> pd.DataFrame:
    return pd.DataFrame({
        "snip_id": [f"e{i // 2}_{i}" for i in range(n)],
        "phenotype": "wt",
        "time": np.arange(n, dtype=float),
    })


def write(folder, images, form, meta=None):
    (table() if meta is None else meta).to_csv(folder / "meta.csv", index=False)
    if form == "npy":
        np.save(folder / "images.npy", images)
    elif form == "npz":
        np.savez_compressed(folder / "images.npz", images=images)
    elif form == "zarr":
        zarr = pytest.importorskip("zarr")
        zarr.create_array(str(folder / "images.zarr"), data=images)
    else:
        for name, image in zip(table(len(images))["snip_id"], images, strict=True):
            Image.fromarray(image).save(folder / f"{name}.{form}")
    return folder


def converted(folder, target, options=None, used=None, **reading):
    found = read_image_table(folder, **reading)
    used = np.ones(len(found.frame), bool) if used is None else used
    content = convert_images(found.source, used, target / "c.npy", options=options or ImageOptions())
    return open_array(target / "c.npy"), content


def refused(folder, target, options=None, **reading) -> str:
    with pytest.raises(InvalidInput) as error:
        converted(folder, target, options, **reading)
    assert not (target / "c.npy").exists()
    return str(error.value).replace(str(folder), "F")


@pytest.mark.parametrize("form", ["npy", "npz", "zarr", "png", "tif"])
def test_every_form_gives_the_same_images(images, tmp_path, tmp_path_factory, form):
    """An array, an archive, a store, or a file per image."""
    target = tmp_path_factory.mktemp("target")
    found, content = converted(write(tmp_path, images, form), target)
    assert np.array_equal(found, images)
    again, same = converted(write(tmp_path_factory.mktemp("npy"), images, "npy"), target)
    assert content == same
    assert again.dtype == np.uint8


def test_only_used_rows_are_converted(images, tmp_path):
    """In the order of the table."""
    used = np.arange(N) % 2 == 1
    found, _ = converted(write(tmp_path, images, "npz"), tmp_path, used=used)
    assert np.array_equal(found, images[used])


def test_archives_are_read_piece_by_piece(images, tmp_path, monkeypatch):
    """With room for two images the same ones come out."""
    monkeypatch.setattr("morphsweep.io.image_source._PIECE", 2 * images[0].nbytes)
    for form in ("npz", "npy"):
        source = read_image_table(write(tmp_path, images, form) / f"images.{form}").source
        pieces = list(source.pieces())
        assert [len(piece) for piece in pieces] == [2, 2, 2, 1]
        assert np.array_equal(np.concatenate(pieces), images)


@pytest.mark.parametrize(
    ("dtype", "top"), [(np.uint16, 65535), (np.float32, 1.0), (np.float64, 1.0), (bool, 1)]
)
def test_other_types_become_fractions(images, tmp_path, dtype, top):
    """Sixteen bits, fractions, masks: float32 between 0 and 1."""
    values = (images / 255 * top).astype(dtype) if dtype is not bool else images > 100
    found, _ = converted(write(tmp_path, values, "npy"), tmp_path)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, values.astype(float) / top, atol=1e-6)


def test_images_are_resized_and_blurred(images, tmp_path):
    """Constant areas stay constant; one bright pixel becomes the binomial weights."""
    dot = np.zeros((N, 6, 8), np.uint8)
    dot[:, 3, 4] = 160
    found, _ = converted(write(tmp_path, dot, "npy"), tmp_path, ImageOptions(blur=1))
    assert found[0, 2:5, 3:6].tolist() == [[10, 20, 10], [20, 40, 20], [10, 20, 10]]
    small, _ = converted(tmp_path, tmp_path, ImageOptions(size=(3, 4)))
    assert small.shape == (N, 3, 4)
    assert small.sum() > 0


def test_sizes_may_differ_when_a_size_is_asked_for(images, tmp_path):
    """PNG files of two sizes are brought to one."""
    write(tmp_path, images, "png")
    Image.fromarray(images[0, :4, :4]).save(tmp_path / "e1_3.png")
    found, _ = converted(tmp_path, tmp_path, ImageOptions(size=(5, 5)))
    assert found.shape == (N, 5, 5)


def test_a_table_may_name_the_files(images, tmp_path):
    """A column with paths relative to the table, whatever the files are called."""
    (tmp_path / "raw").mkdir()
    for i, image in enumerate(images):
        write_png(image, tmp_path / "raw" / f"x{i}.png")
    table().assign(image=[f"raw/x{i}.png" for i in range(N)]).to_csv(tmp_path / "meta.csv", index=False)
    assert np.array_equal(converted(tmp_path, tmp_path)[0], images)


def test_ids_are_made_where_there_are_none(images, tmp_path):
    """Individual and number in time; the lab's own column names are kept."""
    meta = pd.DataFrame({"drawing": list("aabbbcc"), "kind": "k", "t": [2, 1, 3, 1, 2, 5, 4]})
    write(tmp_path, images, "npy", meta)
    found = read_image_table(tmp_path, columns=Columns(individual="drawing", perturbation="kind", time="t"))
    assert found.frame["snip_id"].tolist() == [
        "a_0001",
        "a_0000",
        "b_0002",
        "b_0000",
        "b_0001",
        "c_0001",
        "c_0000",
    ]
    assert found.names["individual"] == "drawing"
    assert "no column names the image" in found.notes[0]


class TestBadImages:
    def test_another_size(self, images, tmp_path):
        """Named, with both sizes and the way out."""
        write(tmp_path, images, "png")
        Image.fromarray(images[0, :4, :4]).save(tmp_path / "e1_3.png")
        assert refused(tmp_path, tmp_path) == (
            "F/e1_3.png: shape (4, 4), the first image has (6, 8); "
            "write all images in one size, or set training.image_size = [height, width] in sweep.toml"
        )

    def test_cut_off_png(self, images, tmp_path):
        """Half a file."""
        write(tmp_path, np.kron(images, np.ones((1, 20, 20), np.uint8)), "png")
        content = (tmp_path / "e1_3.png").read_bytes()
        (tmp_path / "e1_3.png").write_bytes(content[: len(content) // 2])
        assert refused(tmp_path, tmp_path).startswith("F/e1_3.png: damaged or cut off (")

    def test_no_image_at_all(self, images, tmp_path):
        """Text called PNG."""
        write(tmp_path, images, "png")
        (tmp_path / "e1_3.png").write_text("hello")
        assert refused(tmp_path, tmp_path).startswith("F/e1_3.png: damaged or cut off (not an image)")

    @pytest.mark.parametrize("value", [np.nan, np.inf])
    def test_nan(self, images, tmp_path, value):
        """How many pixels, of which image."""
        values = (images / 255).astype(np.float32)
        values[4, 1:3, 2] = value
        assert refused(write(tmp_path, values, "npy"), tmp_path) == (
            "F/images.npy, image 4 (counted from 0): 2 of 48 pixels are NaN or infinite; "
            "repair it, or take its row out of the table"
        )

    def test_constant(self, images, tmp_path):
        """Refused unless empty images are meant."""
        images[5] = 7
        write(tmp_path, images, "npz")
        assert "image 5 (counted from 0): all pixels are 7;" in refused(tmp_path, tmp_path)
        assert len(converted(tmp_path, tmp_path, ImageOptions(allow_constant=True))[0]) == N

    def test_values_out_of_range(self, images, tmp_path):
        """Fractions above 1 want the white value."""
        write(tmp_path, images.astype(np.float32), "npy")
        assert "expected 0 to 1; set training.intensity_max" in refused(tmp_path, tmp_path)
        found, _ = converted(tmp_path, tmp_path, ImageOptions(largest=255.0))
        np.testing.assert_allclose(found, images / 255, atol=1e-6)

    def test_truncated_archive(self, images, tmp_path):
        """A download that stopped."""
        write(tmp_path, np.kron(images, np.ones((1, 30, 30), np.uint8)), "npz")
        content = (tmp_path / "images.npz").read_bytes()
        (tmp_path / "images.npz").write_bytes(content[: len(content) // 2])
        assert refused(tmp_path, tmp_path).startswith("F/images.npz: not a readable array (")

    def test_truncated_array(self, images, tmp_path):
        """Fewer values than its header says."""
        write(tmp_path, images, "npy")
        content = (tmp_path / "images.npy").read_bytes()
        (tmp_path / "images.npy").write_bytes(content[:-50])
        assert refused(tmp_path, tmp_path).startswith("F/images.npy: not a readable array (cut off: ")

    def test_objects_are_refused(self, images, tmp_path):
        """They would be pickles."""
        write(tmp_path, images, "npy")
        np.save(tmp_path / "images.npy", np.array([{"a": 1}] * N, dtype=object), allow_pickle=True)
        assert "values are objects" in refused(tmp_path, tmp_path)

    def test_no_images_by_shape(self, images, tmp_path):
        """A flat table of numbers is no image."""
        assert "expected numbers of shape (images, height, width)" in refused(
            write(tmp_path, images.reshape(N, -1), "npy"), tmp_path
        )


class TestBadTables:
    def test_another_number_of_rows(self, images, tmp_path):
        """Both numbers."""
        assert refused(write(tmp_path, images, "npy", table(5)), tmp_path) == (
            "F/images.npy: 7 images, but meta.csv has 5 rows; expected one row per image, in the same order"
        )

    def test_files_that_the_table_misses(self, images, tmp_path):
        """How many, and which first."""
        write(tmp_path, images, "png")
        (tmp_path / "e1_3.png").unlink()
        assert refused(tmp_path, tmp_path).startswith(
            "F: no image for 1 of 7 rows of meta.csv, first 'e1_3';"
        )

    def test_no_table(self, images, tmp_path):
        """What to write."""
        write(tmp_path, images, "npy")
        (tmp_path / "meta.csv").unlink()
        assert refused(tmp_path, tmp_path).startswith(
            "F: no table beside the images; expected one .csv or .parquet"
        )

    def test_a_missing_role(self, images, tmp_path):
        """In the words of all tables."""
        message = refused(write(tmp_path, images, "npy", table().drop(columns="phenotype")), tmp_path)
        assert message.startswith("F/meta.csv: no column for the perturbation; expected one of phenotype,")

    def test_a_time_that_is_no_number(self, images, tmp_path):
        """The first such row."""
        meta = table().astype({"time": object})
        meta.loc[2, "time"] = "late"
        message = refused(write(tmp_path, images, "npy", meta), tmp_path)
        assert message.startswith(
            "F/meta.csv: 1 of 7 rows lack a label or a time that is a number, first row 3;"
        )

    def test_repeated_ids(self, images, tmp_path):
        """One row per image."""
        meta = table().assign(snip_id=["a", "b", "c", "a", "d", "e", "f"])
        assert "the id 'a' occurs more than once" in refused(write(tmp_path, images, "npy", meta), tmp_path)

    def test_an_individual_in_two_perturbations(self, images, tmp_path):
        """It cannot be split by individual then."""
        meta = table().assign(phenotype=["wt", "mut", *["wt"] * 5])
        assert "the individual 'e0' has 2 perturbations" in refused(
            write(tmp_path, images, "npy", meta), tmp_path
        )

    def test_nothing_there(self, tmp_path):
        """No folder, an empty folder."""
        assert "no such file or folder" in refused(tmp_path / "none", tmp_path)


def test_pictures_return_from_png(images, tmp_path):
    """Lossless, grey and colour; transparency is dropped."""
    write_png(images[0], tmp_path / "a.png")
    assert np.array_equal(read_image(tmp_path / "a.png"), images[0])
    colour = np.random.default_rng(1).integers(0, 256, size=(4, 5, 4), dtype=np.uint8)
    Image.fromarray(colour).save(tmp_path / "b.png")
    assert read_image(tmp_path / "b.png").shape == (4, 5, 3)
