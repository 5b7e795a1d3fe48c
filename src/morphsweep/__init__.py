"""Choose, out of a sweep of trained embedding models, the space worth using, and know why."""

__version__ = "0.1.0"
