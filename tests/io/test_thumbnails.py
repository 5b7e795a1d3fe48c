import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.io import find_images, read_thumbnail


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "I;16", "1"])
def test_any_picture_becomes_a_small_jpeg(tmp_path, mode):
    """Grey, colour, palette, 16-bit and black-and-white pictures keep their shape and their bright side."""
    ramp = np.tile(np.linspace(0, 255, 200).astype(np.uint8), (100, 1))
    picture = (
        Image.fromarray(ramp.astype(np.uint16) * 100)
        if mode == "I;16"
        else Image.fromarray(ramp).convert(mode)
    )
    picture.save(tmp_path / "a.png")
    small = Image.open(io.BytesIO(read_thumbnail(tmp_path / "a.png", size=40)))
    assert (small.format, small.size) == ("JPEG", (40, 20))
    grey = np.asarray(small.convert("L")).astype(int)
    assert grey[:, -4:].mean() > 180
    assert grey[:, :4].mean() < 80


def test_what_is_no_picture_is_told(tmp_path):
    """Missing and damaged files give a reason with their name."""
    with pytest.raises(NotComputable, match=r"gone\.png: no such picture"):
        read_thumbnail(tmp_path / "gone.png")
    (tmp_path / "bad.png").write_bytes(b"\x89PNG broken")
    with pytest.raises(NotComputable, match=r"bad\.png: cannot be read"):
        read_thumbnail(tmp_path / "bad.png")


def test_pictures_by_column_table_and_folder(tmp_path):
    """All three ways name the same files; snips without a picture are left out."""
    for name in ("a", "b"):
        Image.new("L", (4, 4)).save(tmp_path / f"{name}.png")
    table = pd.DataFrame({"snip_id": ["a", "b"], "image": ["a.png", "b.png"]})
    table.to_csv(tmp_path / "images.csv", index=False)
    snips = pd.DataFrame({"snip_id": ["a", "b", "c"], "image": ["a.png", "b.png", None]})
    wanted = {"a": tmp_path / "a.png", "b": tmp_path / "b.png"}
    assert find_images(None, snips, bases=[tmp_path]) == wanted
    assert find_images(tmp_path / "images.csv", snips) == wanted
    assert find_images(tmp_path, snips) == wanted
    assert find_images(None, snips.drop(columns="image")) == {}


def test_table_without_pictures_is_refused(tmp_path):
    """The message names the columns that would do."""
    pd.DataFrame({"snip_id": ["a"], "where": ["a.png"]}).to_csv(tmp_path / "images.csv", index=False)
    with pytest.raises(InvalidInput, match="expected one of image, image_path, snip_path"):
        find_images(tmp_path / "images.csv", pd.DataFrame({"snip_id": ["a"]}))
