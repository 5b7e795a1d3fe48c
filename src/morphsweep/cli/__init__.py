"""The command line: one file per verb."""

from morphsweep.cli.app import app, main

__all__ = ["app", "main"]
