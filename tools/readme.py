"""Put real output into README and docs: the demo's last lines and pictures, the tables of benchmark and recipes.

    python tools/readme.py demo FOLDER       after `cd FOLDER; twelvelead demo --out demo > output.txt`
    python tools/readme.py benchmark FILE    after `twelvelead benchmark --out FILE`
    python tools/readme.py claims FILE       after `python experiments/claims.py DATA > FILE`
    python tools/readme.py ablation FILE     after `python experiments/ablation.py DATA > FILE`
    python tools/readme.py explained FILE    after `python experiments/explained.py > FILE`

`make figures` and `make benchmark` do both steps, `make numbers` all of them. Each part that is written here stands
between two comments, `<!-- NAME -->` and `<!-- end of NAME -->`.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO / "benchmarks"))

from page import conditions, put  # noqa: E402 (found by the line above)

PICTURES = {"demo/examples/MI.png": "ecg.png", "demo/run/figures/roc.png": "roc.png"}


def replace_part(name: str, content: str, page: str = "README.md") -> None:
    """Replace what stands between the comments of `name`."""
    put(REPO / page, name, content.rstrip("\n").split("\n"))


def demo(folder: Path) -> None:
    """The demo's output and two of its pictures."""
    output = (folder / "output.txt").read_text(encoding="utf-8").strip()
    replace_part("demo", f"```\n{output}\n```\n")
    for source, name in PICTURES.items():
        target = REPO / "docs" / "images" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / source, target)


def benchmark(file: Path) -> None:
    """The benchmark's rows as a table."""
    result = json.loads(file.read_text(encoding="utf-8"))
    lines = ["| what | the assignment's way | twelvelead | ratio |", "|---|---:|---:|---:|"]
    for row in result["rows"]:
        values = (_quantity(row[way], row["unit"]) for way in ("assignment", "twelvelead"))
        lines.append(f"| {row['what']} | {' | '.join(values)} | {row['ratio']:,.1f} |")
    replace_part("benchmark", "\n".join([_conditions(result), "", *lines, ""]))


def claims(file: Path) -> None:
    """The table of recipes, which the output ends with."""
    table = file.read_text(encoding="utf-8").strip().split("\n\n")[-1]
    assert table.startswith("| Recipe |"), f"{file} does not end with the table of experiments/claims.py"
    replace_part("claims", f"{table}\n", "docs/training.md")


def ablation(file: Path) -> None:
    """The table of a recipe's parts and the commands of its rows, which the output ends with."""
    begin = "| Recipe | Macro AUC, fold 8 |"
    _, found, rest = file.read_text(encoding="utf-8").partition(begin)
    assert found, f"{file} has no table of experiments/ablation.py"
    replace_part("ablation", f"{begin}{rest.strip()}\n", "docs/training.md")


def explained(file: Path) -> None:
    """The tables of explanations, which are all of the output."""
    tables = file.read_text(encoding="utf-8").strip()
    assert tables.startswith("| class |"), f"{file} has no tables of experiments/explained.py"
    made_by = "`python experiments/explained.py`: a `resnet1d_wang` trained on 2,000 simulated ECGs."
    replace_part("explained", f"{made_by}\n\n{tables}\n", "docs/explain.md")


def _quantity(value: float, unit: str) -> str:
    if unit == "s" and value < 1:
        return f"{1000 * value:.1f} ms"
    return f"{value:,.0f} {unit}" if value >= 10 else f"{value:.2f} {unit}"


def _conditions(result: dict[str, Any]) -> str:
    return f"`twelvelead benchmark --records {result['load']['records']}`, one run on {conditions(result['machine'])}:"


if __name__ == "__main__":
    job, argument = sys.argv[1:]
    jobs = {"demo": demo, "benchmark": benchmark, "claims": claims, "ablation": ablation, "explained": explained}
    if job not in jobs:
        sys.exit(f"{job!r} is no job; known are {', '.join(jobs)}")
    jobs[job](Path(argument))
