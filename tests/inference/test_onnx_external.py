"""Whether an ONNX file points elsewhere, wherever in it the pointer is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import GraphProto, ModelProto, TensorProto, helper

from inference.made_onnx import made_model, with_weights_in
from twelvelead.errors import CheckpointError
from twelvelead.inference.onnx_external import has_external_data


def elsewhere() -> TensorProto:
    return TensorProto(name="x", data_type=1, dims=[1], data_location=TensorProto.EXTERNAL)


def constant(tensor: TensorProto) -> ModelProto:
    model = made_model()
    model.graph.node.append(helper.make_node("Constant", [], ["x"], value=tensor))
    return model


def in_a_branch(tensor: TensorProto) -> ModelProto:
    model = made_model()
    branch = GraphProto(name="branch", initializer=[tensor])
    model.graph.node.append(helper.make_node("If", ["c"], ["x"], then_branch=branch, else_branch=branch))
    return model


def sparse(tensor: TensorProto) -> ModelProto:
    model = made_model()
    model.graph.sparse_initializer.add().values.CopyFrom(tensor)
    return model


def in_a_function(tensor: TensorProto) -> ModelProto:
    model = made_model()
    node = helper.make_node("Constant", [], ["x"], value=tensor)
    model.functions.append(helper.make_function("own", "f", [], ["x"], [node], [helper.make_opsetid("", 20)]))
    return model


@pytest.mark.parametrize("place", [constant, in_a_branch, sparse, in_a_function])
def test_it_is_found_in_every_place(place) -> None:
    assert has_external_data(place(elsewhere()).SerializeToString(), "m")
    inside = TensorProto(name="x", data_type=1, dims=[1], float_data=[1.0], data_location=TensorProto.DEFAULT)
    assert not has_external_data(place(inside).SerializeToString(), "m")


def test_an_initializer_and_a_whole_file() -> None:
    assert has_external_data(with_weights_in("/etc/passwd").SerializeToString(), "m")
    assert not has_external_data(made_model().SerializeToString(), "m")


def field(number: int, content: bytes) -> bytes:
    length, size = [], len(content)
    while size > 127:
        length.append(size & 127 | 128)
        size >>= 7
    return bytes([number << 3 | 2, *length, size]) + content


def test_endless_nesting_is_refused() -> None:
    graph = b""
    for _ in range(40):
        graph = field(1, field(5, field(6, graph)))  # a node's attribute's graph
    with pytest.raises(CheckpointError, match="is no ONNX file"):
        has_external_data(field(7, graph), "m")


@given(st.binary(max_size=200))
def test_any_bytes_end_in_an_answer_or_one_sentence(content: bytes) -> None:
    try:
        assert has_external_data(content, "m") in (True, False)
    except CheckpointError as error:
        assert str(error).startswith("m is no ONNX file")


@given(st.data())
def test_a_damaged_file_too(data) -> None:
    content = bytearray(made_model().SerializeToString())
    for _ in range(3):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        has_external_data(bytes(content), "m")
    except CheckpointError as error:
        assert "is no ONNX file" in str(error)
