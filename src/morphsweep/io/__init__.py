"""The only room that opens files: manifests, sweep files, embeddings, and the results folder."""

from morphsweep.io.cache import EmbeddingCache, default_cache
from morphsweep.io.columns import USUAL_NAMES, Roles, find_roles
from morphsweep.io.embedding import find_embedding_roles, read_embedding
from morphsweep.io.embedding_table import EMBEDDING_SUFFIXES, read_header
from morphsweep.io.example import unpack_example
from morphsweep.io.hashing import digest, file_digest
from morphsweep.io.layout import BUILT_IN_INACTIVE, RESERVED, Layout, hyperparameter_columns, recognise
from morphsweep.io.locating import find_embeddings
from morphsweep.io.manifest import Manifest, find_manifests, read_manifest
from morphsweep.io.pages import write_bytes_atomic, write_text_atomic
from morphsweep.io.parts import Part, part_exists, write_part
from morphsweep.io.replicates import read_chunks, read_replicates, remove_table, write_chunk, write_replicates
from morphsweep.io.results_folder import append_log, hold_results_folder
from morphsweep.io.run_rows import read_runs
from morphsweep.io.sweep_file import read_sweep_file
from morphsweep.io.sweep_folder import write_sweep_folder
from morphsweep.io.tables import read_json, read_table, write_json, write_table
from morphsweep.io.thumbnails import find_images, read_thumbnail

__all__ = [
    "BUILT_IN_INACTIVE",
    "EMBEDDING_SUFFIXES",
    "RESERVED",
    "USUAL_NAMES",
    "EmbeddingCache",
    "Layout",
    "Manifest",
    "Part",
    "Roles",
    "append_log",
    "default_cache",
    "digest",
    "file_digest",
    "find_embedding_roles",
    "find_embeddings",
    "find_images",
    "find_manifests",
    "find_roles",
    "hold_results_folder",
    "hyperparameter_columns",
    "part_exists",
    "read_chunks",
    "read_embedding",
    "read_header",
    "read_json",
    "read_manifest",
    "read_replicates",
    "read_runs",
    "read_sweep_file",
    "read_table",
    "read_thumbnail",
    "recognise",
    "remove_table",
    "unpack_example",
    "write_bytes_atomic",
    "write_chunk",
    "write_json",
    "write_part",
    "write_replicates",
    "write_sweep_folder",
    "write_table",
    "write_text_atomic",
]
