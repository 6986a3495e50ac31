"""Arrays through a pipe; lies about them are noticed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from twelvelead.errors import FormatError
from twelvelead.web.packed_arrays import pack, unpack

shapes = arrays.array_shapes(min_dims=1, max_dims=3, max_side=5)


@settings(max_examples=30)
@given(st.dictionaries(st.text(max_size=5), arrays.arrays(st.sampled_from(["<f4", "<i4"]), shapes), max_size=3))
def test_what_is_packed_is_unpacked(made):
    found = unpack(*pack(made))
    assert found.keys() == made.keys()
    for name, array in made.items():
        assert found[name].dtype == array.dtype and found[name].tobytes() == array.tobytes()


@pytest.mark.parametrize(
    "facts",
    [
        None,
        5,
        [5],
        [{}],
        [{"name": "a", "dtype": "<f4", "shape": [10**9, 10**9]}],
        [{"name": "a", "dtype": "<f4", "shape": [-1]}],
        [{"name": "a", "dtype": "O", "shape": [1]}],
        [{"name": "a", "dtype": "<f8", "shape": [1]}],
        [{"name": "a", "dtype": "<f4", "shape": "x"}],
        [{"name": "a", "dtype": "<f4", "shape": []}],
        [{"name": "a", "dtype": "<f4", "shape": [2]}, {"name": "b", "dtype": "<f4", "shape": [1]}],
    ],
)
def test_lies_are_noticed(facts):
    with pytest.raises(FormatError, match="nonsense"):
        unpack(facts, bytes(8))
