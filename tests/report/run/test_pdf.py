"""The report as PDF."""

import shutil
import subprocess

import pytest

from report.made_up import HOSTILE, make_metrics
from twelvelead.report.run.compose import compose
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
