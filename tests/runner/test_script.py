"""A program under `unikeras run` behaves as under plain `python`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PROGRAMS = {
    "namespace": """
        '''The docstring.'''
        import sys
        print(sys.argv, sys.path[0], __file__, __name__, __doc__, __spec__, __package__, __cached__)
        print(sorted(globals()), type(__loader__).__name__, __loader__.path, __builtins__)
        print(sys.modules["__main__"].__dict__ is globals(), sys.stdin.read())
        if __name__ == "__main__":
            print("as the main program")
        """,
    "neighbour": """
        import neighbour_module
        print(neighbour_module.VALUE, neighbour_module.__file__)
        """,
    "exception": """
        def inner(x):
            return 1 / x

        def outer():
            try:
                inner(0)
            except ZeroDivisionError as error:
                raise ValueError("bad") from error

        outer()
        """,
    "syntax": "def f(:\n    pass\n",
    "indentation": "if 1:\nx = 1\n",
    "missing module": "import numpi_that_is_not_there\n",
    "exit 0": "import sys; sys.exit()",
    "exit 3": "import sys; sys.exit(3)",
    "exit text": "raise SystemExit('a message')",
    "exit from a function": "import os; os._exit(7)",
    "interrupt": "raise KeyboardInterrupt",
    "sigint": "import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(9)",
    "sigterm": "import os, signal, time; os.kill(os.getpid(), signal.SIGTERM); time.sleep(9)",
    "own handler": """
        import os, signal, sys
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))
        os.kill(os.getpid(), signal.SIGTERM)
        """,
    "atexit": """
        import atexit, sys
        class Late:
            def __del__(self):
                print("deleted")
        atexit.register(print, "at exit")
        late = Late()
        print("body", end="")
        """,
    "own hook": """
        import sys, traceback
        sys.excepthook = lambda kind, value, trace: print("hooked", kind, traceback.extract_tb(trace))
        1 / 0
        """,
    "group": "raise ExceptionGroup('several', [ValueError(1), TypeError(2)])\n",
    "threads": """
        import threading
        thread = threading.Thread(target=lambda: 1 / 0, name="worker")
        thread.start(); thread.join()
        threading.Thread(target=lambda: print("after the main thread")).start()
        """,
    "pickle": """
        import pickle
        class Point:
            pass
        print(type(pickle.loads(pickle.dumps(Point()))) is Point, Point.__module__)
        """,
    "warning": "import warnings\nwarnings.warn('look')\n",
    "source": "import inspect\ndef f(): return 1\nprint(inspect.getsource(f))\n",
    # The runner's own `from __future__ import annotations` must not reach the program.
    "future": "def f(x: undefined_name) -> int: ...\n",
    "closed pipe": "import sys\nsys.stdout.close()\n",
}


def same(plain, ours):
    assert ours.stdout == plain.stdout
    assert ours.stderr == plain.stderr
    assert ours.returncode == plain.returncode


@pytest.mark.parametrize("name", PROGRAMS)
def test_same_as_python(workshop, name):
    workshop.write("programs/neighbour_module.py", "VALUE = 42\n")
    workshop.write("programs/program.py", PROGRAMS[name])
    arguments = ["programs/program.py", "--help", "-m", "x y", "--", "--figures"]
    same(
        workshop.python(*arguments, stdin="typed"),
        workshop.unikeras("run", *arguments, stdin="typed"),
    )


def test_same_through_a_link_and_with_an_absolute_path(workshop):
    workshop.write("programs/neighbour_module.py", "VALUE = 42\n")
    path = workshop.write("programs/program.py", PROGRAMS["neighbour"])
    link = workshop.folder / "link.py"
    link.symlink_to(path)
    same(workshop.python(str(link)), workshop.unikeras("run", str(link)))


@pytest.mark.parametrize(
    "source",
    [
        "# -*- coding: latin-1 -*-\nprint(ascii('é'))\n".encode("latin-1"),
        b"\xef\xbb\xbfprint(ascii('\xc3\xa9'))\r\nraise ValueError('\xc3\xa9')\r\n",
        b"# -*- coding: latin-1 -*-\nraise ValueError('\xe9')\n",
    ],
)
def test_the_encoding_of_the_source(workshop, source):
    (workshop.folder / "encoded.py").write_bytes(source)
    same(workshop.python("encoded.py"), workshop.unikeras("run", "encoded.py"))


@pytest.mark.parametrize("name", ["package", "package.part", "package.fails", "json.tool", "not_there"])
def test_same_as_python_m(workshop, name):
    workshop.write("package/__init__.py", "print('package', __name__)\n")
    workshop.write(
        "package/__main__.py", "import sys; print(sys.argv, sys.path[0], __name__, __spec__.name)\n"
    )
    workshop.write("package/part.py", "from . import __name__ as parent; print(parent, __file__)\n")
    workshop.write("package/fails.py", "def f():\n    raise ValueError\nf()\n")
    arguments = ["-m", name, "--help", "-m"] if name != "json.tool" else ["-m", name]
    same(
        workshop.python(*arguments, stdin="{}"),
        workshop.unikeras("run", *arguments, stdin="{}"),
    )


def test_a_folder_and_a_zip_file(workshop):
    workshop.write("folder/__main__.py", "import sys, helper; print(sys.argv, sys.path[0], __name__)\n")
    workshop.write("folder/helper.py", "")
    with zipfile.ZipFile(workshop.folder / "program.zip", "w") as archive:
        for name in ("__main__.py", "helper.py"):
            archive.write(workshop.folder / "folder" / name, name)
    for program in ("folder", "program.zip"):
        same(workshop.python(program, "-x"), workshop.unikeras("run", program, "-x"))


def test_a_file_that_is_not_there(workshop):
    done = workshop.unikeras("run", "missing.py")
    assert done.returncode == workshop.python("missing.py").returncode == 2
    assert "can't open file" in done.stderr
    assert "missing.py': [Errno 2] No such file or directory" in done.stderr


def test_a_reader_that_leaves(workshop):
    workshop.write("talks.py", "for i in range(100_000): print('line', i)\n")
    ends = []
    for start in ([], ["-m", "unikeras", "run"]):
        command = " ".join([sys.executable, *start, "talks.py", "| head -n 1; exit ${PIPESTATUS[0]}"])
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=workshop.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        ends.append((done.returncode, done.stdout, done.stderr))
    assert ends[0] == ends[1]
    assert "BrokenPipeError" in ends[0][2]


def test_ctrl_c_in_a_loop(workshop):
    workshop.write("waits.py", "import time\nprint('ready', flush=True)\nwhile True:\n    time.sleep(0.05)\n")
    codes = []
    for start in ([], ["-m", "unikeras", "run"]):
        process = subprocess.Popen(
            [sys.executable, *start, "waits.py"],
            cwd=workshop.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=20)
        assert "waits.py" in error
        assert "runner" not in error
        codes.append(process.returncode)
    assert codes == [-signal.SIGINT, -signal.SIGINT]


def test_show_without_a_screen_neither_blocks_nor_warns(workshop):
    pytest.importorskip("matplotlib")
    workshop.write(
        "draws.py", "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nprint('done')\n"
    )
    done = workshop.unikeras("run", "draws.py")
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_figures_are_saved(workshop):
    pytest.importorskip("matplotlib")
    workshop.write(
        "draws.py",
        """
        import sys
        import matplotlib.pyplot as plt
        for data in [1, 2], [2, 1]:
            plt.figure(); plt.plot(data)
        plt.show()
        plt.bar([1, 2], [3, 4]); plt.show()
        print(plt.get_fignums(), sys.argv)
        """,
    )
    done = workshop.unikeras("run", "--figures", "pictures", "draws.py", "--figures", "mine")
    assert done.stdout == "[] ['draws.py', '--figures', 'mine']\n", done.stderr
    pictures = sorted(path.name for path in (workshop.folder / "pictures").iterdir())
    assert pictures == ["figure-1.png", "figure-2.png", "figure-3.png"]
    for name in pictures:
        assert (workshop.folder / "pictures" / name).read_bytes().startswith(b"\x89PNG")
        assert f"figure saved: pictures/{name}" in done.stderr
