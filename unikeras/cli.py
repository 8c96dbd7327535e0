"""The command line: `unikeras run`, `unikeras demo`, `unikeras doctor`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

_RUN_USAGE = """\
unikeras run [--figures DIR] script.py [args ...]
       unikeras run [--figures DIR] -m module [args ...]
       unikeras run notebook.ipynb [--output executed.ipynb] [--figures DIR] [args ...]"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: what follows `unikeras`; None means `sys.argv[1:]`.

    Returns:
        The exit code of the process.

    Example:
        >>> main(["--version"])
        Traceback (most recent call last):
        ...
        SystemExit: 0
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["run"]:
        return _run(given[1:])  # not by argparse: what follows the script is the script's
    options = _parser().parse_args(given)
    if options.command == "doctor":
        from unikeras.doctor import main as doctor

        return doctor()
    if options.command == "demo":
        from unikeras.demo import main as demo

        return demo(full=options.full, epochs=options.epochs, output=options.output)
    _parser().print_help()
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unikeras", description="TensorFlow and Keras programs, without TensorFlow."
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(dest="command", metavar="command")
    commands.add_parser("run", help="run an unchanged script or notebook on unikeras", add_help=False)
    demo = commands.add_parser("demo", help="train a first model on Fashion-MNIST and draw what it learned")
    demo.add_argument("--full", action="store_true", help="all 70,000 images instead of the built-in sample")
    demo.add_argument("--epochs", type=_positive, default=10, metavar="N", help="default: 10")
    demo.add_argument("--output", default="demo-output", metavar="DIR", help="default: ./demo-output")
    commands.add_parser("doctor", help="show versions, engines and devices, and try a short training")
    return parser


def _run(given: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="unikeras run",
        usage=_RUN_USAGE,
        description="Run a program with `import tensorflow` and `import keras` answered by unikeras.",
        epilog="Everything after the name of a script or module is handed to it untouched.",
    )
    parser.add_argument(
        "--figures", metavar="DIR", help="save the figures that plt.show() shows, instead of showing them"
    )
    parser.add_argument(
        "--output", metavar="FILE", help="write an executed copy of the notebook, with its outputs"
    )
    before, after = _split(given)
    options = parser.parse_args(before)
    if not after:
        parser.error("name a script, a notebook, or -m and a module")
    target, *rest = after
    if target == "-m":
        if not rest:
            parser.error("-m: name a module")
        from unikeras.runner.script import run_module

        _no_output(parser, options.output)
        run_module(rest[0], rest[1:], options.figures)
    elif target.endswith(".ipynb"):
        from unikeras.runner.notebook import run_notebook

        options, rest = parser.parse_known_args(rest, options)
        run_notebook(target, rest, options.output, options.figures)
    else:
        from unikeras.runner.script import run_script

        _no_output(parser, options.output)
        run_script(target, rest, options.figures)
    return 0


def _split(given: list[str]) -> tuple[list[str], list[str]]:
    """Our own options, and the program with its arguments."""
    place = 0
    while place < len(given) and given[place].startswith("-") and given[place] != "-m":
        place += 2 if given[place] in ("--figures", "--output") else 1
    return given[:place], given[place:]


def _no_output(parser: argparse.ArgumentParser, output: str | None) -> None:
    if output is not None:
        parser.error("--output is for notebooks; redirect the output of a script with >")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1 is needed")
    return number


class _Version(argparse.Action):
    """Look the version up only when it is asked for."""

    def __init__(self, option_strings: list[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="show the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib import metadata

        try:
            version = metadata.version("unikeras")
        except metadata.PackageNotFoundError:  # a checkout that is not installed
            import unikeras

            version = unikeras.__version__.rpartition("unikeras.")[2]
        print(f"unikeras {version}")
        parser.exit()
