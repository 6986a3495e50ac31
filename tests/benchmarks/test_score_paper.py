"""The calculation on paper, done by hand for round numbers; the tables of a measurement that was made up."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def score_paper(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import score_paper

    return score_paper


def test_hours_and_cost_follow_from_the_rate(score_paper):
    measured = score_paper.Measured("made up", cpu_ms=3.6, bytes_in=24_000, bytes_out=100, list_us=36)
    found = score_paper.paper(measured, 10**9, score_paper.Assumed(price_core_hour=0.05, busy=0.5, cores={10**9: 1000}))
    # 10^9 ECGs x 3.6 ms = 1,000 h of one core; half busy: 2,000 h.
    assert found["core_hours"] == pytest.approx(2000)
    assert found["hours"] == pytest.approx(2) and found["cost"] == pytest.approx(100)
    assert found["listing_hours"] == pytest.approx(10)
    assert found["read_tb"] == pytest.approx(24) and found["written_gb"] == pytest.approx(100)
    assert found["read_mb_s"] == pytest.approx(24e6 / 7200)
    assert found["shards"] == -(-(10**9) // 65_536)


def test_measured_tables_are_put_between_their_comments(tmp_path):
    source = {
        "source": "made up",
        "steps_ms": {"read": 1.0, "prepare": 2.0, "predict": 4.0, "write": 1.0},
        "rates": {"local 1": {"rate": 123.4, "bytes_out": 90.0, "start_s": 1.0}},
        "exported_ms": 3.0,
        "list_us": 10.0,
        "bytes_in": 24_000.0,
    }
    machine = {"usable_cores": 2, "cpu": "a processor", "torch": "2", "load_average_before": 3.0}
    measured = tmp_path / "score.json"
    measured.write_text(json.dumps({"machine": machine, "model": "m", "ecgs": 10, "sources": [source]}))
    docs = tmp_path / "scale.md"
    docs.write_text(
        "before\n<!-- rates -->\nold\n<!-- end of rates -->\n<!-- paper -->\n<!-- end of paper -->\nafter\n"
    )
    command = [sys.executable, BENCHMARKS / "score_rate.py", "--paper", measured, "--docs", docs]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    text = docs.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "stale" not in text
    assert "| made up | 123 |" in text and "busy with other work (load 3.0)" in text
    assert "| made up | 1.00 (12 %) | 2.00 (25 %) | 4.00 (50 %) | 1.00 (12 %) | 8.00 | 3.00 |" in text
    assert "| made up | 10^6 | 16 | 2.8 |" in text
    assert "0.04 for a core hour" in printed
