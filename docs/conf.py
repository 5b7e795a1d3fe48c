"""Sphinx configuration: Markdown pages, numpydoc docstrings, no network."""

from importlib.metadata import version as _version

project = "morphsweep"
author = "The morphsweep developers"
copyright = "2026, The morphsweep developers"
release = _version("morphsweep")
extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.autosummary"]
source_suffix = {
    ".md": "markdown",
    ".rst": "restructuredtext",
}  # rst: the generated pages of the Python names
exclude_patterns = ["_build", "lpcm_calls.md"]  # the latter is a table that lpcm.md includes
html_theme = "furo"
html_title = "morphsweep"
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3
numpydoc_show_class_members = False
autodoc_typehints = "none"  # the docstrings say shapes and units
suppress_warnings = ["ref.ref"]  # docstrings inherited from scikit-learn refer to its own pages
