import base64
import io

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from pypdf import PdfReader

from twelvelead.report.history import plot_history
from twelvelead.report.notebook.notebook_pdf import notebook_pdf
from twelvelead.report.save import figure_bytes

PNG = base64.b64encode(figure_bytes(plot_history([1.0], [1.0]))).decode()
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/etc/passwd"/></svg>'


def read(*cells, **metadata):
    notebook = new_notebook(cells=list(cells))
    notebook.metadata.update(metadata)
    return PdfReader(io.BytesIO(notebook_pdf(notebook)))


def text(*cells, **metadata):
    return "\n".join(page.extract_text() for page in read(*cells, **metadata).pages)


def code(*outputs, source="x"):
    return new_code_cell(source, execution_count=1, outputs=list(outputs))


def stream(content, name="stdout"):
    return new_output("stream", name=name, text=content)


def data(**bundle):
    return new_output("display_data", data={kind.replace("_", "/"): value for kind, value in bundle.items()})


def test_title_language_and_authors():
    pdf = read(new_markdown_cell("texte\n\n# Étude *des* ECG\n\n# Autre"), lang="fr", authors=[{"name": "Ada L."}])
    assert pdf.metadata.title == "Étude des ECG"
    assert pdf.metadata.author == "Ada L."
    assert pdf.trailer["/Root"]["/Lang"] == "fr"
    assert "Ada L." in pdf.pages[0].extract_text()
    assert [float(side) for side in pdf.pages[0].mediabox[2:]] == pytest.approx([595.28, 841.89], abs=0.01)


@pytest.mark.parametrize("metadata", [{"lang": 3}, {"lang": '#"'}, {"authors": "x"}, {"authors": [3, {"name": None}]}])
def test_odd_metadata_does_no_harm(metadata):
    assert "Notebook" in read(**metadata).metadata.title


def test_the_same_notebook_gives_the_same_bytes():
    def content():
        return notebook_pdf(new_notebook(cells=[new_markdown_cell("# é $x$", id="a")]))

    assert content() == content()


def test_streams_as_a_terminal_shows_them():
    shown = text(code(stream("\x1b[31mred\x1b[0m 1%\r2"), stream("%\r100%\n"), stream("careful", "stderr")))
    assert "100%" in shown and "careful" in shown
    assert "red" not in shown and "2%" not in shown and "\x1b" not in shown


def test_an_error_is_shown_without_colours():
    shown = text(code(new_output("error", ename="E", evalue="v", traceback=["\x1b[31mTraceback\x1b[0m", "E: v"])))
    assert "Traceback" in shown and "E: v" in shown
    assert "ZeroDivisionError: why" in text(
        code(new_output("error", ename="ZeroDivisionError", evalue="why", traceback=[]))
    )


def test_a_frame_is_a_table_and_not_its_text():
    frame = pd.DataFrame({"AUC": [0.5]}, index=["NORM"])
    shown = text(code(data(text_html=frame._repr_html_(), text_plain="plain text")))
    assert "NORM" in shown and "0.5" in shown and "plain text" not in shown


def test_other_html_gives_way_to_plain_text():
    assert "plain text" in text(code(data(text_html="<iframe src='x'></iframe>", text_plain="plain text")))


def test_pictures_are_in_the_file():
    (page,) = read(code(data(image_png=PNG, text_plain="<Figure>"))).pages
    assert len(page.images) == 1
    assert "<Figure>" not in page.extract_text()


@pytest.mark.parametrize("bundle", [{"image_png": "bm8="}, {"image_png": "é"}, {"image_svg+xml": "<svg"}])
def test_a_broken_picture_gives_way_to_text(bundle):
    assert "<Figure>" in text(code(data(**bundle, text_plain="<Figure>")))
    assert "cannot be shown" in text(code(data(**bundle)))


def test_what_an_svg_points_to_is_not_read():
    assert b"root:" not in notebook_pdf(new_notebook(cells=[code(data(**{"image_svg+xml": SVG}))]))


HOSTILE = ['#read("/etc/passwd")', '#panic("x")', "$ x $ #x", "</pre>", "@label <label>", "\\u{41}", "*_`~="]


@pytest.mark.parametrize("attack", HOSTILE)
def test_typst_code_is_printed_as_it_stands(attack):
    shown = text(
        new_raw_cell(attack),
        code(stream(attack), data(text_plain=attack), data(text_html=f"<table><tr><td>{attack}"), source=attack),
    )
    assert shown.count(attack) >= 4


def test_typst_code_in_markdown_is_text():
    shown = text(new_markdown_cell('# #read("/etc/passwd")\n\n#panic() `#panic()`\n\n```typst\n#panic()\n```'))
    assert '#read("/etc/passwd")' in shown and shown.count("#panic()") == 3


def test_long_lines_are_wrapped_and_none_is_lost():
    words = [f"w{i:03}" for i in range(150)]
    source = f"x = '{' '.join(words)}'  # fin"
    shown = text(code(stream(" ".join(words)), source=source))
    assert all(shown.count(word) == 2 for word in words)
    unbroken = "".join(words)
    assert unbroken in text(code(stream(unbroken))).replace("\u200b", "").replace("\n", "").replace(" ", "")


def test_long_output_runs_over_pages_and_very_long_output_says_what_is_missing():
    assert 2 <= len(read(code(stream("\n".join(map(str, range(200)))))).pages) <= 5
    pdf = read(code(stream("\n".join(map(str, range(100_000))))), lang="fr")
    assert len(pdf.pages) < 20
    assert "99000 lignes ne sont pas reproduites" in "".join(page.extract_text() for page in pdf.pages)


def test_what_a_cell_without_content_leaves_is_nothing():
    assert text(new_markdown_cell(" "), new_code_cell(""), code(source="seul")).split() == [
        "[1]",
        "seul",
        "1",
        "/",
        "1",
    ]


def test_half_a_surrogate_pair_is_no_harm():
    assert "ab" in text(code(stream("ab\ud800")))
