import pandas as pd
import pytest

from twelvelead.report.notebook.html_text import read_table, visible_text


def texts(rows):
    return [[cell.text for cell in row] for row in rows]


def test_a_frame_is_read_as_it_is_shown():
    frame = pd.DataFrame({"AUC": [0.5, 0.75], "classe <b>": ["é & è", "-"]}, index=["NORM", "MI"])
    table = read_table(frame._repr_html_())
    assert texts(table.head) == [["", "AUC", "classe <b>"]]
    assert texts(table.body) == [["NORM", "0.50", "é & è"], ["MI", "0.75", "-"]]
    assert [cell.header for cell in table.body[0]] == [True, False, False]


def test_a_large_frame_keeps_its_dots_and_its_size():
    table = read_table(pd.DataFrame({"a": range(1000)})._repr_html_())
    assert ["...", "..."] in texts(table.body)
    assert table.note == "1000 rows × 1 columns"


def test_spanned_cells_keep_the_columns_in_place():
    index = pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["k", "n"])
    frame = pd.DataFrame([[1, 2], [3, 4], [5, 6], [7, 8]], index, pd.MultiIndex.from_product([["x"], ["u", "v"]]))
    table = read_table(frame._repr_html_())
    assert texts(table.body) == [
        ["a", "1", "1", "2"],
        ["", "2", "3", "4"],
        ["b", "1", "5", "6"],
        ["", "2", "7", "8"],
    ]
    assert {len(row) for row in table.head} == {4}


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>text</p>",
        "<table></table>",
        "<table><tr></tr></table>",
        "<table><tr><td>1</td></tr></table>" * 2,
        "<table>" + "<tr><td>1</td></tr>" * 3000 + "</table>",
        "<table><tr>" + "<td>1</td>" * 3000 + "</tr></table>",
        "<table><tr><td colspan=99999999 rowspan=99999999>1</td></tr></table>",
    ],
)
def test_what_is_not_one_moderate_table_is_none(html):
    assert read_table(html) is None


def test_tags_and_what_nobody_sees_are_left_out():
    html = "<style>p {}</style><div>un <b>deux</b><br>trois &eacute;<script>alert(1)</script></div>"
    assert visible_text(html) == "un deux\ntrois é"
