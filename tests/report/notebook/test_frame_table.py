import pandas as pd

from twelvelead.report.notebook.frame_table import frame_nodes
from twelvelead.report.notebook.html_text import read_table


def shown(cell):
    (node,) = cell
    return node["text"] if node["kind"] == "text" else node["children"][0]["text"]


def test_columns_that_do_not_fit_go_below_with_the_row_headers():
    frame = pd.DataFrame({f"column {i}": [1.5, 2.5] for i in range(20)}, index=["NORM", "MI"])
    nodes = frame_nodes(read_table(frame.to_html()))
    assert len(nodes) > 1
    names = [shown(cell) for node in nodes for cell in node["head"][0][1:]]
    assert names == list(frame.columns)
    for node in nodes:
        assert [shown(row[0]) for row in node["body"]] == ["NORM", "MI"]
        assert {len(row) for row in node["head"] + node["body"]} == {len(node["align"])}


def test_the_name_of_the_index_needs_no_row_of_its_own():
    (node,) = frame_nodes(read_table(pd.DataFrame({"AUC": [0.5]}).rename_axis("classe").to_html()))
    assert [[shown(cell) for cell in row] for row in node["head"]] == [["classe", "AUC"]]
    assert node["align"] == ["left", "right"]


def test_a_column_wider_than_the_page_still_stands_alone():
    (node,) = frame_nodes(read_table(pd.DataFrame({"text": ["mot " * 500]}).to_html()))
    assert len(node["align"]) == 2
