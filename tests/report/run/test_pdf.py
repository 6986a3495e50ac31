"""The report as PDF."""

import shutil
import subprocess

import pytest

from report.made_up import HOSTILE, make_metrics
from twelvelead.report.run.compose import compose
from twelvelead.report.run.document import Cell, Column, Document, Paragraph, Section, Span, Table
from twelvelead.report.run.material import Material
from twelvelead.report.run.pdf import render_pdf


@pytest.fixture(scope="module")
def pdf(full):
    return render_pdf(compose(full.material), full.figures)


def test_the_same_material_gives_the_same_bytes(full, pdf):
    assert pdf.startswith(b"%PDF") and render_pdf(compose(full.material), full.figures) == pdf


def test_little_material_is_enough(minimal):
    assert render_pdf(compose(minimal.material), {}).startswith(b"%PDF")


def test_hostile_names_are_text():
    names = (HOSTILE, '#panic("no")', "$x$ *b* @d")
    metrics = make_metrics(names, notes=list(names), data_version="#read('/etc/passwd')")
    assert render_pdf(compose(Material("#panic()", metrics)), {}).startswith(b"%PDF")


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext to look into a PDF")
def test_it_has_pages_and_says_what_the_metrics_say(full, pdf):
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    text = done.stdout.decode()
    assert text.count("\f") > 3
    assert f"{full.material.test['macro_auc']:.3f}" in text and "Published results" in text


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext to look into a PDF")
@pytest.mark.parametrize("lines", [1, 20, 24, 26, 28])
def test_a_long_table_does_not_begin_at_the_foot_of_a_page(lines):
    line = Paragraph((Span("a line"),), quiet=True)
    rows = tuple((Cell(f"row {number}", "detail"),) for number in range(30))
    table = Table("caption", (Column("head", "text"),), rows)
    sections = (Section("a", "First", (line,) * lines), Section("b", "Second", (Paragraph((Span("words"),)), table)))
    made = render_pdf(Document("Title", "subtitle", line, "Research", sections, "footer"), {})
    done = subprocess.run(["pdftotext", "-", "-"], input=made, capture_output=True, check=True)
    page = next(page for page in done.stdout.decode().split("\f") if "caption" in page)
    assert "Second" in page and "words" in page and page.count("row ") >= 5
