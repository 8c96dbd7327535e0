"""The command line itself."""

from __future__ import annotations

import pytest

from unikeras.cli import main


def test_help_names_the_commands(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    text = capsys.readouterr().out
    assert all(word in text for word in ("run", "demo", "doctor", "--version"))
    assert len(text.splitlines()) < 20


def test_help_of_run_is_its_own(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["run", "--help"])
    assert "notebook.ipynb [--output executed.ipynb]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run"], "name a script, a notebook, or -m and a module"),
        (["run", "-m"], "-m: name a module"),
        (["run", "--nothing", "a.py"], "unrecognized arguments: --nothing"),
        (["run", "--output", "b.ipynb", "a.py"], "--output is for notebooks"),
        (["demo", "--epochs", "0"], "at least 1 is needed"),
        (["fly"], "invalid choice: 'fly'"),
    ],
)
def test_a_wrong_command_says_so(capsys, arguments, message):
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert message in capsys.readouterr().err


def test_no_command_shows_the_help(capsys):
    assert main([]) == 2
    assert "doctor" in capsys.readouterr().out
