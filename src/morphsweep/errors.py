"""What can go wrong, from the user's side.

::

    MorphsweepError
    ├── InvalidInput      a file, option or value that cannot be used: exit status 2
    ├── NotWritable       a results folder that takes no more: exit status 2, what is finished stays
    ├── ShapeMismatch     two arrays that must agree do not
    └── NotComputable     an expected failure of one number: becomes a row with its reason
        └── NotApplicable     the question does not arise here (one regime only, nothing held out)
"""

__all__ = [
    "InvalidInput",
    "MorphsweepError",
    "NotApplicable",
    "NotComputable",
    "NotWritable",
    "ShapeMismatch",
]


class MorphsweepError(Exception):
    """Base of every error that morphsweep raises on purpose."""


class InvalidInput(MorphsweepError, ValueError):
    """Something given cannot be used; the message names what was expected, found, where, and what to do."""


class NotWritable(MorphsweepError):
    """A file cannot be written: the disk is full, or the folder read-only; the message says what to do."""


class ShapeMismatch(MorphsweepError, ValueError):
    """Two arrays that must agree in shape do not."""


class NotComputable(MorphsweepError):
    """A number cannot be computed from these data; the message is the reason that the tables show."""


class NotApplicable(NotComputable):
    """The question does not arise for these data; the message says why."""
