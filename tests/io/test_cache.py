"""Converted embeddings are kept by content, bounded in size, and never change a number."""

import os

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.io import EmbeddingCache, default_cache, file_digest, read_embedding
from morphsweep.io import cache as cache_module


@pytest.fixture
def source(table, tmp_path, monkeypatch):
    """A CSV with a missing latent and a label that is hard to write."""
    monkeypatch.setattr(cache_module, "_WORTH_IT", 0)
    table.loc[3, "z_mu_b_01"] = None
    table["phenotype"] = table["phenotype"].replace("wt", "a, <b>\n\U0001f41f")
    table.to_csv(tmp_path / "t.csv", index=False)
    return tmp_path / "t.csv"


def read(cache, path, key=""):
    """The embedding and whether the file was read for it."""
    calls = []

    def convert():
        calls.append(1)
        return read_embedding(path)

    return cache.read(path, [file_digest(path), key], convert), bool(calls)


def test_the_second_reading_is_the_same_and_reads_no_csv(source, tmp_path):
    """Latents to the bit, labels, names, notes and counts are those of the file."""
    cache = EmbeddingCache(tmp_path / "cache", 10**9)
    first, converted = read(cache, source)
    second, again = read(cache, source)
    assert (converted, again) == (True, False)
    np.testing.assert_array_equal(first.latents, second.latents)
    assert second.latents.dtype == np.float32
    pd.testing.assert_frame_equal(first.obs, second.obs)
    assert (first.latent_names, first.notes, first.source) == (
        second.latent_names,
        second.notes,
        second.source,
    )
    assert second.dropped == {"missing latent": 1}


def test_other_content_and_other_columns_are_other_entries(source, tmp_path):
    """A changed file and a changed question are read anew; a renamed file is not."""
    cache = EmbeddingCache(tmp_path / "cache", 10**9)
    read(cache, source)
    assert read(cache, source, "other columns")[1]
    renamed = source.rename(source.with_name("u.csv"))
    assert not read(cache, renamed)[1]
    renamed.write_text(renamed.read_text(encoding="utf-8").replace("e0_0", "e0_99"), encoding="utf-8")
    assert read(cache, renamed)[1]


def test_the_size_is_bounded_and_the_least_used_goes_first(source, tmp_path):
    """When an entry no longer fits, those that were not used for longest are deleted."""
    cache = EmbeddingCache(tmp_path / "cache", 10**9)
    for age, key in enumerate("abc"):
        before = set(cache.folder.glob("*"))
        read(cache, source, key)
        (new,) = set(cache.folder.glob("*")) - before
        os.utime(new, (1000 + age, 1000 + age))
    size = new.stat().st_size
    assert not read(cache, source, "a")[1]  # used just now
    small = EmbeddingCache(cache.folder, 2 * size + size // 2)
    read(small, source, "d")
    assert sum(path.stat().st_size for path in cache.folder.glob("*")) <= small.limit
    assert [read(small, source, key)[1] for key in "ad"] == [False, False]


@pytest.mark.parametrize("damage", [b"", b"half of it"])
def test_a_damaged_entry_is_replaced(source, tmp_path, damage):
    """An entry that cannot be read is made again."""
    cache = EmbeddingCache(tmp_path / "cache", 10**9)
    read(cache, source)
    (entry,) = cache.folder.glob("*")
    entry.write_bytes(damage)
    assert read(cache, source)[1]
    assert not read(cache, source)[1]


def test_a_cache_that_cannot_be_written_changes_nothing(source, tmp_path):
    """A file in place of the folder: the embedding is read, nothing is kept."""
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    cache = EmbeddingCache(tmp_path / "cache", 10**9)
    assert read(cache, source)[0].n_snips == 39


def test_the_environment_decides(monkeypatch, tmp_path):
    """Off, elsewhere, smaller; a size that is none is refused."""
    monkeypatch.setenv("MORPHSWEEP_CACHE", "off")
    assert default_cache() is None
    monkeypatch.setenv("MORPHSWEEP_CACHE", str(tmp_path))
    monkeypatch.setenv("MORPHSWEEP_CACHE_GB", "0.5")
    assert default_cache() == EmbeddingCache(tmp_path, 500_000_000)
    monkeypatch.setenv("MORPHSWEEP_CACHE_GB", "many")
    with pytest.raises(InvalidInput, match="MORPHSWEEP_CACHE_GB is 'many'; expected a number above 0"):
        default_cache()
