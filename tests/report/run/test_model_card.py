"""The model card: its parts, and Markdown that holds."""

import re

from report.made_up import HOSTILE, make_metrics
from twelvelead.report.run.compose import compose
from twelvelead.report.run.document import Code, Span, plain
from twelvelead.report.run.markdown_writer import blocks_as_markdown, escape_markdown
from twelvelead.report.run.material import Material
from twelvelead.report.run.model_card import render_model_card

PARTS = [
    "Model details", "Intended use", "Out of scope", "Factors", "Metrics", "Evaluation data", "Training data",
    "Quantitative analyses", "Ethical considerations", "Caveats and recommendations", "How to repeat it",
]  # fmt: skip


def card_of(material):
    return render_model_card(compose(material), material)


def test_it_has_all_parts(full, minimal):
    for case in (full, minimal):
        card = card_of(case.material)
        assert re.findall(r"^## (.+)$", card, re.MULTILINE) == PARTS
        assert "not a medical device" in card and "\n\n\n" not in card


def test_every_row_of_a_table_has_as_many_cells(full):
    tables = re.findall(r"(?:^\|.*\|\n)+", card_of(full.material), re.MULTILINE)
    assert len(tables) > 5
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


def test_hostile_names_are_text():
    card = card_of(Material(HOSTILE, make_metrics((HOSTILE, "MI"), network=HOSTILE, notes=[f"WARNING: {HOSTILE}"])))
    assert "<script" not in card.replace("\\<script", "")
    for table in re.findall(r"(?:^\|.*\|\n)+", card, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


def test_marks_and_blanks():
    assert escape_markdown("a_b\n| c") == r"a\_b \| c"
    paragraph = plain(Span("strong: ", strong=True), "then ", Span("a link", href="https://x.org"))
    assert blocks_as_markdown([paragraph]) == "**strong:** then [a link](https://x.org)"
    assert blocks_as_markdown([Code("a ``` b")]).startswith("````sh\n")


def test_the_same_material_gives_the_same_text(full):
    assert card_of(full.material) == card_of(full.material)
