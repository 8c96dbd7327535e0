"""A notebook under `unikeras run` behaves as in Jupyter, as far as plain Python can."""

from __future__ import annotations

import json
import signal

import pytest

pytest.importorskip("nbformat")
import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook


@pytest.fixture
def run(workshop):
    def run(*sources, name="train.ipynb", arguments=(), cells=None, code=0):
        cells = cells or [new_code_cell(source) for source in sources]
        nbformat.write(new_notebook(cells=cells), workshop.folder / name)
        done = workshop.unikeras("run", name, "--output", "out/executed.ipynb", *arguments)
        assert done.returncode == code, done.stderr
        executed = nbformat.read(workshop.folder / "out/executed.ipynb", as_version=4)
        nbformat.validate(executed)
        return done, [cell for cell in executed.cells if cell.cell_type == "code"]

    return run


def test_cells_share_names_and_show_their_last_expression(run):
    done, cells = run("x = 20\nx", "x += 1", "print('x is', x)\n[x, 'text']", "x;", "_", "   ", "None", "x")
    assert done.stdout == "20\nx is 21\n[21, 'text']\n[21, 'text']\n21\n"
    assert [cell.execution_count for cell in cells] == [1, 2, 3, 4, 5, None, 6, 7]
    assert cells[0].outputs[0].output_type == "execute_result"
    assert cells[0].outputs[0].execution_count == 1
    assert cells[2].outputs[0] == {"output_type": "stream", "name": "stdout", "text": "x is 21\n"}
    assert cells[2].outputs[1].data == {"text/plain": "[21, 'text']"}
    assert not cells[3].outputs
    assert cells[4].outputs[0].data == {"text/plain": "[21, 'text']"}


def test_what_is_ipythons_is_skipped_with_a_note(run):
    done, cells = run(
        "%matplotlib inline\n!pip install keras\nprint('one')",
        "%%bash\nexit 3",
        "%%time\ny = 2\nprint('two')",
        "%load_ext tensorboard\n%tensorboard --logdir logs\nprint?\n?print\n%time z = y + 1\nfiles = !ls\nz",
        "text = '''\n!not a command\n%not a magic\n'''\nz = (10\n  %3)\nprint(text, z)",
        "if True:\n    !pip install \\\n       keras\nprint('line 4')\n1/0",
        code=1,
    )
    assert done.stdout == "one\ntwo\n3\n\n!not a command\n%not a magic\n 1\nline 4\n"
    notes = [line for line in done.stderr.splitlines() if line.startswith("[train.ipynb, ")]
    assert notes[:10] == [
        "[train.ipynb, cell 1] skipped %matplotlib inline",
        "[train.ipynb, cell 1] skipped !pip install keras",
        "[train.ipynb, cell 2] skipped %%bash and what is below it",
        "[train.ipynb, cell 3] skipped %%time",
        "[train.ipynb, cell 4] skipped %load_ext tensorboard",
        "[train.ipynb, cell 4] skipped %tensorboard --logdir logs",
        "[train.ipynb, cell 4] skipped print?",
        "[train.ipynb, cell 4] skipped ?print",
        "[train.ipynb, cell 4] skipped files = !ls",
        "[train.ipynb, cell 6] skipped !pip install keras",
    ]
    assert "train.ipynb, cell 6, line 5:" in done.stderr
    assert not any(output.get("name") == "stderr" for cell in cells for output in cell.outputs)


def test_a_traceback_names_the_cell_and_shows_the_line(run):
    done, cells = run(
        "print('fine')",
        "def invert(x):\n    return 1 / x",
        "a = 0\ninvert(a)  # here",
        "print('not reached')",
        code=1,
    )
    lines = done.stderr.splitlines()
    start = lines.index("train.ipynb, cell 3, line 2:")
    assert [line for line in lines[start + 1 :] if set(line) - set(" ^~")] == [
        "Traceback (most recent call last):",
        '  File "train.ipynb[cell 3]", line 2, in <module>',
        "    invert(a)  # here",
        '  File "train.ipynb[cell 2]", line 2, in invert',
        "    return 1 / x",
        "ZeroDivisionError: division by zero",
    ]
    assert done.stdout == "fine\n"
    error = cells[2].outputs[-1]
    assert (error.output_type, error.ename, error.evalue) == (
        "error",
        "ZeroDivisionError",
        "division by zero",
    )
    assert error.traceback[-1] == "ZeroDivisionError: division by zero"
    assert cells[3].execution_count is None


def test_a_syntax_error_names_the_cell(run):
    done, cells = run("x = 1", "y = 2\ny = = 3", code=1)
    assert "train.ipynb, cell 2, line 2:\n" in done.stderr
    assert '  File "train.ipynb[cell 2]", line 2\n    y = = 3\n' in done.stderr
    assert done.stderr.rstrip().endswith("SyntaxError: invalid syntax")
    assert cells[1].outputs[0].ename == "SyntaxError"


def test_a_cell_may_be_marked_to_raise(run):
    tagged = new_code_cell("1/0", metadata={"tags": ["raises-exception"]})
    done, cells = run(cells=[tagged, new_code_cell("print('on')")])
    assert done.stdout == "on\n"
    assert cells[0].outputs[0].ename == "ZeroDivisionError"


def test_exit_codes(run):
    run("import sys\nsys.exit(4)", code=4)
    done, cells = run(
        "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nimport time; time.sleep(9)",
        code=-signal.SIGINT,
    )
    assert cells[0].outputs[0].ename == "KeyboardInterrupt"
    assert done.stderr.count("KeyboardInterrupt") == 1


def test_figures_are_saved_and_embedded(run, workshop):
    pytest.importorskip("matplotlib")
    plot = "import matplotlib.pyplot as plt\n"
    done, cells = run(
        plot + "plt.plot([1, 2]); plt.show()\nplt.plot([2, 1]); plt.show()\nprint('after')",
        "plt.hist([1, 2, 2]);",
        "figure, axes = plt.subplots()\nplt.close(figure)\nfigure",
        "plt.get_fignums()",
    )
    saved = sorted(path.name for path in (workshop.folder / "out/executed-figures").iterdir())
    assert saved == ["cell-01-1.png", "cell-01-2.png", "cell-02-1.png"]
    assert "[figure saved: out/executed-figures/cell-02-1.png]" in done.stderr
    assert done.stderr.endswith("[executed copy: out/executed.ipynb]\n")
    assert [output.output_type for output in cells[0].outputs] == ["display_data", "display_data", "stream"]
    assert cells[0].outputs[0].data["image/png"].startswith("iVBOR")
    assert len(cells[1].outputs) == 1
    assert "image/png" in cells[2].outputs[0].data
    assert cells[3].outputs[0].data["text/plain"] == "[]"


def test_display_and_get_ipython(run):
    pytest.importorskip("pandas")
    done, cells = run(
        "import pandas as pd\nframe = pd.DataFrame({'a': [1]})\ndisplay(frame, 'text')\nframe",
        "get_ipython().run_line_magic('matplotlib', 'inline')\n'colab' in str(get_ipython())",
        "get_ipython().kernel",
        code=1,
    )
    assert done.stdout == "   a\n0  1\n'text'\n   a\n0  1\nFalse\n"
    assert "<table" in cells[0].outputs[0].data["text/html"]
    assert cells[0].outputs[2].output_type == "execute_result"
    assert "skipped %matplotlib inline" in done.stderr
    assert "AttributeError: `get_ipython().kernel` is IPython's own" in done.stderr


def test_streams_are_kept_as_a_terminal_would_leave_them(run):
    _, cells = run(
        "import sys\nfor i in range(3):\n    print(f'\\r{i}/2', end='')\nprint()\n"
        "print('to stderr', file=sys.stderr)\nprint('\\x1b[1mbold\\x1b[0m')"
    )
    assert [(output.name, output.text) for output in cells[0].outputs] == [
        ("stdout", "2/2\n"),
        ("stderr", "to stderr\n"),
        ("stdout", "bold\n"),
    ]


def test_await_works_at_the_top_of_a_cell(run):
    done, _ = run(
        "import asyncio\nasync def two():\n    await asyncio.sleep(0)\n    return 2",
        "await two()",
        "x = await two()\nx + 1",
    )
    assert done.stdout == "2\n3\n"


def test_where_a_notebook_runs(run, workshop):
    workshop.write("sub/neighbour.py", "VALUE = 42\n")
    done, _ = run(
        "import os, sys, neighbour\nhere = os.path.basename(os.getcwd())",
        "print(here, sys.argv, neighbour.VALUE, __name__)",
        "import inspect\ndef f(): return 1\nprint(inspect.getsource(f))",
        "from __future__ import annotations",
        "def g(x: not_defined): return x\nprint(g(1))",
        name="sub/train.ipynb",
        arguments=["--epochs", "3"],
    )
    assert done.stdout == "sub ['sub/train.ipynb', '--epochs', '3'] 42 __main__\ndef f(): return 1\n\n1\n"


def test_old_and_wrong_files(workshop):
    workshop.write("words.ipynb", "not json")
    workshop.write("list.ipynb", "{}")
    r = {"cells": [], "metadata": {"kernelspec": {"language": "R"}}, "nbformat": 4, "nbformat_minor": 5}
    workshop.write("r.ipynb", json.dumps(r))
    cell = {"cell_type": "code", "input": "print('old')", "outputs": [], "language": "python", "metadata": {}}
    old = {"worksheets": [{"cells": [cell]}], "metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0}
    workshop.write("old.ipynb", json.dumps(old))
    for name, message in {
        "words.ipynb": "is not a notebook: its JSON is broken",
        "list.ipynb": "is not a notebook: it has no list of cells",
        "r.ipynb": "is a notebook in R; only Python is run",
        "missing.ipynb": "No such file or directory",
    }.items():
        done = workshop.unikeras("run", name)
        assert done.returncode == 2
        assert message in done.stderr
        assert "Traceback" not in done.stderr
    assert workshop.unikeras("run", "old.ipynb").stdout == "old\n"


def test_without_ipython_and_nbformat(workshop):
    for name in ("IPython", "nbformat"):
        workshop.write(f"packages/{name}.py", "raise ImportError('not installed')\n")
    nbformat.write(
        new_notebook(cells=[new_markdown_cell("# Title"), new_code_cell("1 + 1")]),
        workshop.folder / "a.ipynb",
    )
    done = workshop.unikeras("run", "a.ipynb", "--output", "b.ipynb")
    assert done.stdout == "2\n", done.stderr
    nbformat.validate(nbformat.read(workshop.folder / "b.ipynb", as_version=4))
