"""What --help says arrives whole."""

import re

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from morphsweep.cli.app import app

COMMANDS = sorted(get_command(app).commands)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_names_the_command_and_loses_no_word(command):
    """Square brackets in a text would be taken for markup and vanish, leaving '(extra )' or ' .'."""
    shown = CliRunner().invoke(app, [command, "--help"], terminal_width=200)
    assert shown.exit_code == 0
    assert f" {command} " in shown.stdout
    assert "(extra )" not in shown.stdout
    assert not re.search(r" \.\s", shown.stdout)
