"""What stands in the row of this run beside the published ones."""

import pytest

from report.made_up import make_metrics
from twelvelead.report.run.markdown_writer import blocks_as_markdown
from twelvelead.report.run.material import Material
from twelvelead.report.run.sections.comparison import comparison

SIMULATED = {"data_version": "simulated (8,000 records)"}
TEACHER = {"data_version": "PTB-XL 1.0.3 and simulated (8,000 records)"}


@pytest.mark.parametrize(
    ("learnt", "words"),
    [
        ({}, "nothing"),
        ({"started_from": SIMULATED}, "simulated (8,000 records)"),
        ({"started_from": SIMULATED, "teachers": [TEACHER, TEACHER]}, "simulated (8,000 records)"),
        ({"teachers": [{"data_version": "elsewhere"}]}, "elsewhere"),
    ],
)
def test_what_the_model_learnt_elsewhere_is_told(learnt, words):
    metrics = make_metrics(data_version="PTB-XL 1.0.3", task="superdiagnostic", **learnt)
    section = comparison(Material("run", metrics))
    assert section is not None
    rows = [line for line in blocks_as_markdown(section.blocks).splitlines() if "This run" in line]
    assert rows and all(f"| {words} |" in line.replace("\\", "") for line in rows)
