"""Build wheel and sdist, look at what is in them, install them into empty environments and run them there.

    python tools/dist.py build/dist

`make dist` does it. Two environments are made. One is empty but for the wheel and a path to the libraries of the Python
that runs this, so that nothing large is downloaded. The other has no PyTorch: only what prediction with an ONNX file
needs (`LIGHT`), from the package index.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
LARGEST = 10_000_000
"""Bytes of each file."""
LIGHT = ("cyclopts", "numpy", "onnxruntime", "scipy")
"""All that predicting with an ONNX file imports; docs/export.md names them too."""
PLAIN = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
OF_THE_BUILD = {"PKG-INFO", ".gitignore"}
"""In an sdist, beside what is tracked."""


def main(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    run(sys.executable, "-m", "build", "--outdir", folder, REPO)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    run(sys.executable, "-m", "twine", "check", "--strict", wheel, sdist)
    for file in (wheel, sdist):
        print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")
        assert file.stat().st_size < LARGEST, f"{file} is larger than {LARGEST / 1e6:.0f} MB"
    check_wheel(wheel)
    check_sdist(sdist)
    with tempfile.TemporaryDirectory() as place:
        try_it(wheel, Path(place))
    print("all of it works")


def check_wheel(wheel: Path) -> None:
    """The wheel has the tracked files of the package and its metadata, and no others."""
    names = set(zipfile.ZipFile(wheel).namelist())
    info = {name for name in names if name.split("/")[0].endswith(".dist-info")}
    package = {f"twelvelead/{name.removeprefix('src/twelvelead/')}" for name in tracked("src/twelvelead")}
    compare(names - info, package, wheel)
    told = {name.split(".dist-info/")[1] for name in info}
    expected = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE", "licenses/THIRD_PARTY.md"}
    compare(told, expected, wheel)
    assert "twelvelead/py.typed" in names


def check_sdist(sdist: Path) -> None:
    """The sdist has tracked files only; the whole package and its tests are there."""
    with tarfile.open(sdist) as archive:
        names = {"/".join(Path(item.name).parts[1:]) for item in archive if item.isfile()} - OF_THE_BUILD
    compare(names - tracked("."), set(), sdist)
    compare(tracked("src", "tests", "docs", "examples", "tools", "Makefile", "CITATION.cff") - names, set(), sdist)


def compare(found: set[str], expected: set[str], where: Path) -> None:
    """Raise unless both are the same."""
    more, fewer = sorted(found - expected), sorted(expected - found)
    assert not more and not fewer, f"{where.name}: not expected: {more}; missing: {fewer}"


def tracked(*paths: str) -> set[str]:
    """Files of the repository that git tracks."""
    listed = subprocess.run(["git", "ls-files", "-z", *paths], cwd=REPO, check=True, capture_output=True, text=True)
    return set(listed.stdout.split("\0")) - {""}


def try_it(wheel: Path, place: Path) -> None:
    """Install the wheel twice, and run it where there is nothing else of the repository."""
    full = environment(place / "full", "--no-deps", wheel)
    libraries = sysconfig.get_path("purelib")
    Path(site_packages(place / "full"), "libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    run(full / "twelvelead", "--version", at=place)
    run(full / "twelvelead", "formats", at=place)
    run(full / "twelvelead", "simulate", "made-up", "--records", "20", "--rate", "100", at=place)
    ecg = next((place / "made-up" / "records100").rglob("*.hea"))
    run(full / "twelvelead", "predict", ecg, at=place)
    run(full / "twelvelead", "export", "resnet1d_wang", "--out", "model.onnx", at=place)
    convert = (
        "import numpy, sys; from twelvelead import formats; numpy.save('ecg.npy', formats.read(sys.argv[1]).signal_mv)"
    )
    run(full / "python", "-c", convert, ecg, at=place)

    light = environment(place / "light", "--constraint", REPO / "constraints.txt", *LIGHT)
    install(light, "--no-deps", wheel)
    no_torch = "import importlib.util; assert not any(map(importlib.util.find_spec, ('torch', 'pandas', 'matplotlib')))"
    run(light / "python", "-c", no_torch, at=place)
    leads = "I,II,III,aVR,aVL,aVF,V1,V2,V3,V4,V5,V6"
    hints = ("--rate", "100", "--unit", "mV", "--leads", leads)
    run(light / "twelvelead", "predict", "ecg.npy", *hints, "--run", "model.onnx", "--csv", "answers.csv", at=place)


def environment(folder: Path, *what: str | Path) -> Path:
    """A new virtual environment with this alone; returns its folder of programs."""
    venv.create(folder)
    install(folder / "bin", *what)
    return folder / "bin"


def install(programs: Path, *what: str | Path) -> None:
    """Install into another environment than this one, which needs no pip of its own."""
    run(sys.executable, "-m", "pip", "--python", programs / "python", "install", "--quiet", *what)


def site_packages(folder: Path) -> str:
    return sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})


def run(*words: str | Path, at: Path = REPO) -> None:
    """Run a command, in an environment that knows nothing of the repository."""
    print("+", *words, flush=True)
    subprocess.run([str(word) for word in words], cwd=at, check=True, env=PLAIN)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
