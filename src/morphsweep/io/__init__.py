"""The only room that opens files: manifests, sweep files, embeddings, and the results folder."""

from morphsweep.io.cache import EmbeddingCache, default_cache
from morphsweep.io.columns import USUAL_NAMES, Roles, find_roles
from morphsweep.io.embedding import find_embedding_roles, read_embedding
from morphsweep.io.embedding_table import EMBEDDING_SUFFIXES, read_header
from morphsweep.io.example import unpack_example
from morphsweep.io.hashing import digest, file_digest
from morphsweep.io.image_cache import ImageOptions, array_shape, convert_images, open_array
from morphsweep.io.image_file import read_image, write_png
from morphsweep.io.image_source import ArraySource, FileSource, ImageSource, source_stamp
from morphsweep.io.image_table import ImageTable, read_image_table
from morphsweep.io.layout import BUILT_IN_INACTIVE, RESERVED, Layout, hyperparameter_columns, recognise
from morphsweep.io.locating import find_embeddings
from morphsweep.io.manifest import Manifest, find_manifests, read_manifest
from morphsweep.io.pages import read_bytes, remove_file, write_bytes_atomic, write_text_atomic
from morphsweep.io.parts import Part, part_exists, write_part
from morphsweep.io.ratings import read_agreements, read_ratings
from morphsweep.io.replicates import read_chunks, read_replicates, remove_table, write_chunk, write_replicates
from morphsweep.io.results_folder import append_log, hold_folder, hold_results_folder
from morphsweep.io.run_rows import read_runs
from morphsweep.io.sweep_file import read_sweep_file
from morphsweep.io.sweep_folder import write_sweep_folder
from morphsweep.io.sweep_text import write_sweep_file
from morphsweep.io.tables import (
    read_arrays,
    read_json,
    read_table,
    write_arrays,
    write_json,
    write_table,
    write_tables_joined,
)
from morphsweep.io.thumbnails import find_images, read_thumbnail

__all__ = [
    "BUILT_IN_INACTIVE",
    "EMBEDDING_SUFFIXES",
    "RESERVED",
    "USUAL_NAMES",
    "ArraySource",
    "EmbeddingCache",
    "FileSource",
    "ImageOptions",
    "ImageSource",
    "ImageTable",
    "Layout",
    "Manifest",
    "Part",
    "Roles",
    "append_log",
    "array_shape",
    "convert_images",
    "default_cache",
    "digest",
    "file_digest",
    "find_embedding_roles",
    "find_embeddings",
    "find_images",
    "find_manifests",
    "find_roles",
    "hold_folder",
    "hold_results_folder",
    "hyperparameter_columns",
    "open_array",
    "part_exists",
    "read_agreements",
    "read_arrays",
    "read_bytes",
    "read_chunks",
    "read_embedding",
    "read_header",
    "read_image",
    "read_image_table",
    "read_json",
    "read_manifest",
    "read_ratings",
    "read_replicates",
    "read_runs",
    "read_sweep_file",
    "read_table",
    "read_thumbnail",
    "recognise",
    "remove_file",
    "remove_table",
    "source_stamp",
    "unpack_example",
    "write_arrays",
    "write_bytes_atomic",
    "write_chunk",
    "write_json",
    "write_part",
    "write_png",
    "write_replicates",
    "write_sweep_file",
    "write_sweep_folder",
    "write_table",
    "write_tables_joined",
    "write_text_atomic",
]
