"""The report as PDF."""

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.made_up import HOSTILE, make_metrics
from twelvelead.report.run.compose import compose
from twelvelead.report.run.document import Cell, Column, Document, Paragraph, Picture, Section, Span, Table
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


def pages_of(document, figures=None):
    done = subprocess.run(
        ["pdftotext", "-", "-"], input=render_pdf(document, figures or {}), capture_output=True, check=True
    )
    return done.stdout.decode().split("\f")[:-1]


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext to look into a PDF")
@pytest.mark.parametrize(("lines", "page"), [(0, 0), (8, 0), (15, 0), (26, 1)])
def test_a_picture_stands_on_the_page_that_has_room_for_it_smaller_and_with_its_heading(lines, page):
    line = Paragraph((Span("a line"),), quiet=True)
    square = b'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect width="9" height="9"/></svg>'
    sections = (
        Section("a", "First", (line,) * lines),
        Section("b", "Second", (Picture("p", "caption", "", width=0.6),)),
    )
    pages = pages_of(Document("Title", "subtitle", line, "Research", sections, "footer"), {"p": square})
    assert ["Second" in text for text in pages].index(True) == page
    assert ["caption" in text for text in pages].index(True) == page


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext to look into a PDF")
@given(lines=st.integers(0, 30), rows=st.integers(1, 24))
@settings(max_examples=8, deadline=None)
def test_a_table_of_up_to_half_a_page_is_not_cut(lines, rows):
    line = Paragraph((Span("a line"),), quiet=True)
    table = Table("caption", (Column("head", "text"),), tuple((Cell("row"),) for _ in range(rows)), note="note")
    sections = (Section("a", "First", (line,) * lines), Section("b", "Second", (Paragraph((Span("words"),)), table)))
    pages = pages_of(Document("Title", "subtitle", line, "Research", sections, "footer"))
    (page,) = [page for page in pages if "row" in page]
    assert all(word in page for word in ("Second", "words", "caption", "note")) and page.count("row") == rows
