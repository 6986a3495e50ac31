"""The public surface is a deliberate list, and importing it costs nothing."""

import subprocess
import sys

import twelvelead


def test_every_name_is_there_and_listed_once() -> None:
    assert set(twelvelead.__all__) == {*twelvelead._HOMES, "__version__"}
    for name in twelvelead.__all__:
        assert getattr(twelvelead, name) is not None


def test_the_import_loads_nothing_heavy() -> None:
    code = "import sys, twelvelead; print({'numpy', 'torch', 'pandas'} & set(sys.modules))"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "set()"
