import json

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from twelvelead.errors import TwelveleadError
from twelvelead.report.notebook import notebook_file
from twelvelead.report.notebook.notebook_file import read_notebook, write_notebook


def test_written_is_read(tmp_path):
    notebook = new_notebook(cells=[new_code_cell("x = 'é'")])
    write_notebook(notebook, tmp_path / "a.ipynb")
    assert read_notebook(tmp_path / "a.ipynb") == notebook


def test_an_older_notebook_is_brought_up_to_date(tmp_path):
    cell = {"cell_type": "code", "input": "x", "language": "python", "outputs": [], "metadata": {}, "collapsed": False}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell], "metadata": {}}]}
    (tmp_path / "a.ipynb").write_text(json.dumps(old))
    assert read_notebook(tmp_path / "a.ipynb").cells[0].source == "x"


def test_a_notebook_without_cell_ids_gets_some(tmp_path):
    cell = {"cell_type": "markdown", "metadata": {}, "source": "a"}
    old = {"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [cell]}
    (tmp_path / "a.ipynb").write_text(json.dumps(old))
    assert read_notebook(tmp_path / "a.ipynb").cells[0].id


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no JSON",
        "[]",
        "3",
        "null",
        "{}",
        '{"nbformat": 4}',
        '{"nbformat": "x", "cells": 3}',
        '{"nbformat": 99, "nbformat_minor": 0, "metadata": {}, "cells": []}',
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}',
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": [], "cells": {}}',
        "[" * 100_000,
        '{"nbformat": 1, "nbformat_minor": 0, "cells": 7}',
    ],
)
def test_what_is_no_notebook_is_one_sentence(content, tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(content)
    with pytest.raises(TwelveleadError, match=r"a\.ipynb is not a[^\n]*\.$"):
        read_notebook(path)


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "a.ipynb").write_bytes(b"\xff\xfe\x00PK")
    with pytest.raises(TwelveleadError, match="is not a notebook"):
        read_notebook(tmp_path / "a.ipynb")


def test_a_missing_and_a_huge_file(tmp_path, monkeypatch):
    with pytest.raises(TwelveleadError, match="not found"):
        read_notebook(tmp_path / "a.ipynb")
    with pytest.raises(TwelveleadError, match="not found"):
        read_notebook(tmp_path)
    monkeypatch.setattr(notebook_file, "MAX_BYTES", 10)
    (tmp_path / "a.ipynb").write_text("x" * 11)
    with pytest.raises(TwelveleadError, match="MB; allowed are"):
        read_notebook(tmp_path / "a.ipynb")
