"""Run the benchmarks against real peers, print a table, and write results/latest.json. See README.md here."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

from items import Item, Peer, items

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
PROGRAMS = HERE / "programs"


MEMORY_TARGET_MB = 10.0


class Runner:
    """Starts the peers' processes with their interpreters and environment."""

    def __init__(self, product: str, peers: str, folder: pathlib.Path, data: pathlib.Path):
        self.interpreters = {"product": product, "peers": peers}
        self.folder = folder
        self.base = os.environ | {
            "BENCH_DATA": str(data),
            "CUDA_VISIBLE_DEVICES": "",
            "JAX_PLATFORMS": "cpu",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "KERAS_HOME": str(folder / "keras-home"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "PYTHONWARNINGS": "ignore",
        }
        # from the checkout, not from wherever another copy may be installed
        self.base["PYTHONPATH"] = str(ROOT)

    def command(self, peer: Peer) -> list[str]:
        program = [peer.program] if peer.program.startswith("-") else [str(PROGRAMS / peer.program)]
        return [self.interpreters[peer.home], *program, *peer.arguments]

    def environment(self, peer: Peer, **more: str) -> dict[str, str]:
        environment = self.base | peer.environment | more
        if peer.home == "peers":
            environment.pop("PYTHONPATH", None)
        return environment

    def start(self, peer: Peer) -> subprocess.Popen:
        log = (self.folder / f"{peer.program}-{peer.name}.log".replace(" ", "-")).open("w")
        return subprocess.Popen(
            self.command(peer),
            env=self.environment(peer),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )

    def problem(self, peer: Peer) -> str:
        """The last line a failed worker wrote."""
        path = self.folder / f"{peer.program}-{peer.name}.log".replace(" ", "-")
        lines = path.read_text().strip().splitlines() if path.exists() else []
        return lines[-1][:300] if lines else "no message"

    def run(self, peer: Peer, **more: str) -> tuple[float, str]:
        """Wall-clock seconds of a whole process, and what it printed."""
        start = time.perf_counter()
        done = subprocess.run(
            self.command(peer), env=self.environment(peer, **more), capture_output=True, text=True
        )
        seconds = time.perf_counter() - start
        if done.returncode:
            raise RuntimeError((done.stderr.strip().splitlines() or ["no message"])[-1][:300])
        return seconds, done.stdout


def answer(process: subprocess.Popen) -> dict | None:
    line = process.stdout.readline() if process.stdout else ""
    return json.loads(line) if line else None


def in_turns(runner: Runner, item: Item, rounds: int) -> tuple[dict[str, list[dict]], dict[str, str]]:
    """Start every worker, then ask each in turn, round after round."""
    found: dict[str, list[dict]] = {}
    failed: dict[str, str] = {}
    workers: dict[str, subprocess.Popen] = {}
    for peer in item.peers:  # one after the other: their warming up would disturb each other
        process = runner.start(peer)
        if answer(process) is None:
            process.wait()
            failed[peer.name] = runner.problem(peer)
        else:
            workers[peer.name] = process
            found[peer.name] = []
    for _ in range(rounds):
        for peer in item.peers:
            process = workers.get(peer.name)
            if process is None:
                continue
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
            reply = answer(process)
            if reply is None:
                failed[peer.name] = runner.problem(peer)
                found.pop(peer.name)
                workers.pop(peer.name).wait()
            else:
                found[peer.name].append(reply)
    for process in workers.values():
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
    return found, failed


def whole_processes(runner: Runner, item: Item, rounds: int) -> tuple[dict[str, list[dict]], dict[str, str]]:
    """Time whole processes in turn; for "cold" every one gets an empty cache folder, else a filled one."""
    found: dict[str, list[dict]] = {peer.name: [] for peer in item.peers}
    failed: dict[str, str] = {}
    for number in range(
        -1, rounds
    ):  # the first round fills file caches (and the compilation cache) and does not count
        for peer in item.peers:
            if peer.name in failed:
                continue
            cache = (
                runner.folder / "cache" / (f"cold-{number}-{peer.name}" if item.kind == "cold" else "warm")
            )
            try:
                seconds, printed = runner.run(peer, XDG_CACHE_HOME=str(cache))
            except RuntimeError as error:
                failed[peer.name] = str(error)
                found.pop(peer.name)
                continue
            if item.kind == "report":
                found[peer.name].append(json.loads(printed.strip().splitlines()[-1]))
            elif number >= 0:
                found[peer.name].append({"seconds": seconds})
        if item.kind == "report":
            break
    return found, failed


def summarise(item: Item, found: dict[str, list[dict]], failed: dict[str, str]) -> list[dict]:
    """A row a peer: the median, its range, and the ratio unikeras / peer taken round by round."""
    rows = []
    ours = [r[item.key] for r in found.get("unikeras", [])]
    for peer in item.peers:
        row: dict = {"item": item.name, "peer": peer.name}
        if peer.name in failed:
            rows.append(row | {"failed": failed[peer.name]})
            continue
        values = [r[item.key] for r in found[peer.name]]
        row |= {
            "median": statistics.median(values),
            "least": min(values),
            "greatest": max(values),
            "values": values,
        }
        if ours and peer.name != "unikeras":
            ratios = [a / b for a, b in zip(ours, values, strict=True)]
            row |= {
                "ratio": statistics.median(ratios),
                "ratio_least": min(ratios),
                "ratio_greatest": max(ratios),
            }
            target = item.targets.get(peer.name)
            if target is not None:
                row |= {"target": target, "reached": row["ratio"] <= target}
        if item.key == "growth_mb":
            row |= {"target_mb": MEMORY_TARGET_MB, "reached": row["median"] < MEMORY_TARGET_MB}
        rows.append(row)
    return rows


def readable(seconds: float) -> str:
    if seconds >= 0.1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.2f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} us"


def table(item: Item, rows: list[dict]) -> str:
    """The rows of an item as Markdown."""
    lines = [f"### {item.title}", ""]
    if item.key == "growth_mb":
        for row in rows:
            text = (
                row.get("failed") or f"{row['median']:.1f} MB (target: less than {MEMORY_TARGET_MB:.0f} MB)"
            )
            lines.append(f"{row['peer']}: {text}")
        return "\n".join([*lines, ""])
    lines += ["| peer | time (least to greatest) | unikeras / peer | target |", "|---|---|---|---|"]
    for row in rows:
        if "failed" in row:
            lines.append(f"| {row['peer']} | failed: {row['failed']} | | |")
            continue
        spread = f"{readable(row['median'])} ({readable(row['least'])} to {readable(row['greatest'])})"
        ratio = (
            f"{row['ratio']:.3f} ({row['ratio_least']:.3f} to {row['ratio_greatest']:.3f})"
            if "ratio" in row
            else ""
        )
        target = (
            f"at most {row['target']:.3g}: {'yes' if row['reached'] else '**no**'}" if "target" in row else ""
        )
        lines.append(f"| {row['peer']} | {spread} | {ratio} | {target} |")
    return "\n".join([*lines, ""])


def prepare_data(product: str, target: pathlib.Path) -> str:
    """Write Fashion-MNIST's training part for the programs, from the cache or unikeras's loader; say
    which."""
    sys.path.insert(0, str(HERE))
    from fashion import cached

    found = cached(ROOT)
    if found is not None:
        import numpy as np

        x, y = found
        np.savez(target, x=x, y=y)
        return f"Fashion-MNIST, {len(x):,} images"
    code = (
        "import sys, numpy as np\nfrom unikeras import keras\n"
        "(x, y), _ = keras.datasets.fashion_mnist.load_data()\nnp.savez(sys.argv[1], x=x, y=y)\nprint(len(x))"
    )
    done = subprocess.run([product, "-c", code, str(target)], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        advice = "no Fashion-MNIST found: set KERAS_HOME to where Keras caches it, or install the sample"
        raise SystemExit(f"benchmarks: {advice}\n{done.stderr[-500:]}")
    return f"the embedded sample of Fashion-MNIST, {int(done.stdout.split()[-1]):,} images (not the full set)"


VERSIONS = """
import json, platform, sys
from importlib.metadata import PackageNotFoundError, version
found = {"python": platform.python_version()}
for name in sys.argv[1:]:
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        continue
print(json.dumps(found))
"""


def versions(interpreter: str, names: list[str]) -> dict[str, str]:
    """The versions of the packages that an interpreter has."""
    done = subprocess.run([interpreter, "-c", VERSIONS, *names], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def processor() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            model = next(
                (line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown"
            )
    except OSError:
        model = platform.processor() or "unknown"
    return f"{model}, {os.cpu_count()} cores"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", help="comma-separated names (default: all)")
    parser.add_argument("--peers", help="comma-separated peers (default: all)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of an item (default 5)")
    parser.add_argument("--python", default=sys.executable, help="unikeras's interpreter (default: this one)")
    parser.add_argument(
        "--peers-python",
        default=os.environ.get("UNIKERAS_PEERS_PYTHON", str(ROOT / ".venv-peers/bin/python")),
        help="the peers' interpreter (default: UNIKERAS_PEERS_PYTHON, else .venv-peers/bin/python)",
    )
    parser.add_argument("--no-write", action="store_true", help="do not write results/latest.json")
    options = parser.parse_args()
    peers_there = pathlib.Path(options.peers_python).exists()
    if not peers_there:
        print(f"no interpreter at {options.peers_python}: only unikeras and hand-written JAX are run\n")
    chosen = options.items.split(",") if options.items else [item.name for item in items()]
    unknown = set(chosen) - {item.name for item in items()}
    if unknown:
        parser.error(
            f"no such item: {', '.join(sorted(unknown))}; there are {', '.join(i.name for i in items())}"
        )
    with tempfile.TemporaryDirectory(prefix="unikeras-bench-") as name:
        folder = pathlib.Path(name)
        data = folder / "data.npz"
        note = prepare_data(options.python, data)
        runner = Runner(options.python, options.peers_python, folder, data)
        facts = {
            "date": datetime.date.today().isoformat(),
            "data": note,
            "cpu": processor(),
            "load_before": os.getloadavg()[0],
            "product": versions(options.python, ["jax", "numpy"]),
            "rounds": options.rounds,
        }
        if peers_there:
            names = ["tensorflow", "tf_keras", "keras", "jax", "torch", "numpy"]
            facts["peers"] = versions(options.peers_python, names)
        print(
            f"# Benchmarks\n\n{facts['date']}; {facts['cpu']}; load before {facts['load_before']:.1f}; {note}"
        )
        print(
            f"product {facts['product']}; peers {facts.get('peers')}; {options.rounds} rounds\n", flush=True
        )
        rows = []
        for item in items():
            if item.name not in chosen:
                continue
            item.peers = [p for p in item.peers if peers_there or p.home == "product"]
            if options.peers:
                item.peers = [p for p in item.peers if p.name in options.peers.split(",")]
            if not item.peers:
                continue
            measure = in_turns if item.kind == "turns" else whole_processes
            rows += (these := summarise(item, *measure(runner, item, options.rounds)))
            print(table(item, these), flush=True)
    if options.no_write:
        return
    if chosen != [item.name for item in items()] or options.peers or not peers_there:
        print("latest.json is written only by a run of every item and peer")
        return
    target = HERE / "results" / "latest.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(facts | {"rows": rows}, indent=1) + "\n")
    print(f"wrote {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
