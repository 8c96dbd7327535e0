"""`unikeras doctor`."""

from __future__ import annotations

import pytest

from unikeras import doctor
from unikeras.engine import gpu


@pytest.fixture
def no_variables(monkeypatch):
    for name in ("CUDA_VISIBLE_DEVICES", "JAX_PLATFORMS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(gpu.shutil, "which", lambda name: None)
    return monkeypatch


def test_the_report(workshop):
    home = workshop.folder / "home"
    (home / "datasets").mkdir(parents=True)
    (home / "datasets" / "a.npz").write_bytes(b"x" * 2_500_000)
    done = workshop.unikeras("doctor", KERAS_HOME=str(home))
    assert done.returncode == 0, done.stdout + done.stderr
    for title in ("Versions", "Engines", "Devices", "Caches", "Self-check"):
        assert f"\n{title}\n" in "\n" + done.stdout
    rows = dict(line.strip().split("  ", 1) for line in done.stdout.splitlines() if line.startswith("  "))
    rows = {name: value.strip() for name, value in rows.items()}
    assert rows["selected"] == "jax: the default"
    assert rows["jax"]
    assert "CPU:0" in done.stdout or "GPU:0" in done.stdout
    assert rows["data sets"] == f"{home / 'datasets'} (2.5 MB in 1 files)"
    assert rows["training"].startswith("ok: loss ")


def test_the_engine_and_why(workshop):
    done = workshop.unikeras("doctor", KERAS_BACKEND="numpy")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "numpy: environment variable KERAS_BACKEND" in done.stdout
    assert "not tried: the engine 'numpy' has no gradients" in done.stdout
    done = workshop.unikeras("doctor", KERAS_BACKEND="theano")
    assert done.returncode == 1
    assert "Unknown engine 'theano'" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_check_that_fails(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "self_check", lambda: (False, "FAILED: loss 0.7 -> 0.7"))
    assert doctor.main() == 1
    assert "FAILED: loss 0.7 -> 0.7" in capsys.readouterr().out


def test_a_training_that_raises_is_reported(monkeypatch):
    from unikeras import keras

    def broken(*args, **kwargs):
        raise MemoryError("no room")

    monkeypatch.setattr(keras, "Sequential", broken)
    assert doctor.self_check() == (False, "FAILED: MemoryError: no room")


def test_why_no_gpu(no_variables, tmp_path):
    here, absent = tmp_path / "driver", tmp_path / "absent"
    here.touch()

    def why(engine, driver=absent, amd=absent):
        return gpu.why_no_gpu(engine, driver, amd)

    packages: dict[str, str] = {"torch": "2.13.0+cpu"}
    no_variables.setattr(gpu, "installed", packages.get)
    no_variables.setattr(doctor.platform, "system", lambda: "Linux")
    assert why("jax") == "no GPU driver found on this machine"
    assert why("jax", here).endswith('the CPU-only build of jax is installed: pip install -U "jax[cuda12]"')
    assert "CPU-only build of torch" in why("torch", here)
    assert "computes on the CPU only" in why("numpy", here)
    assert "without ROCm" in why("jax", amd=here)
    packages |= {"jax-cuda12-plugin": "0.10.2", "torch": "2.13.0"}
    assert "do not work together" in why("jax", here)
    assert "do not work together" in why("torch", here)
    no_variables.setenv("JAX_PLATFORMS", "cpu")
    assert why("jax", here) == "the environment variable JAX_PLATFORMS='cpu' hides it"
    assert "do not work together" in why("torch", here)
    no_variables.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert why("torch", here) == "the environment variable CUDA_VISIBLE_DEVICES='-1' hides it"
