import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twelvelead.config import (
    DataOptions,
    TrainOptions,
    options_table,
    parse_network_options,
    read_toml,
    to_toml,
)
from twelvelead.errors import ConfigError

text = st.text(st.characters(codec="utf-8"))  # no lone surrogates, which no UTF-8 file can hold


@given(text | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False))
def test_any_value_comes_back_from_toml(value):
    read = tomllib.loads(to_toml("train", {"key": value, "absent": None}))["train"]
    assert read == {"key": value} and type(read["key"]) is type(value)


@pytest.mark.parametrize("value", ["\U000e0001", "\x00\x1f\x7f", '"\\\n\r\t', "\u2028", "\U0010ffff", np.float64(0.1)])
def test_signs_that_need_an_escape(value):
    assert tomllib.loads(to_toml("t", {"key": value})) == {"t": {"key": value}}


def test_what_was_run_can_be_read_back(tmp_path):
    data, train = DataOptions(store=Path("/s"), min_likelihood=50.0), TrainOptions(lr=1e-5)
    path = tmp_path / "config.toml"
    path.write_text(to_toml("train", options_table(Path("/my data"), data, train)), encoding="utf-8")
    options = read_toml(path)["train"]
    assert options.pop("data") == "/my data" and options.pop("store") == "/s"
    names = set(DataOptions.__dataclass_fields__)
    again = DataOptions(store=Path("/s"), **{k: v for k, v in options.items() if k in names})
    assert again == data
    assert TrainOptions(**{k: v for k, v in options.items() if k not in names}) == train


@pytest.mark.parametrize(
    "content, message",
    [
        (b"[train\n", "cannot be read"),
        (b"\xff", "cannot be read"),
        (b"epochs = 5\n", r"'epochs' stands outside a table"),
        (None, "not found"),
    ],
)
def test_an_unusable_file_is_one_sentence(tmp_path, content, message):
    path = tmp_path / "config.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        read_toml(path)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"min_likelihood": 101}, "--min-likelihood is 101; allowed is 0 to 100"),
        ({"min_likelihood": float("nan")}, "--min-likelihood"),
        ({"min_samples": -1}, "--min-samples"),
        ({"split_seed": -1}, "--split-seed"),
        ({"rate": 250}, "--rate is 250; allowed is 100 or 500"),
        ({"split": "random"}, "--split is random; allowed is folds or stratified"),
        ({"split_by": "patients"}, "--split-by is patients; allowed is patient or record"),
        ({"unlabelled": "no"}, "--unlabelled"),
    ],
)
def test_data_options_are_checked(options, message):
    with pytest.raises(ConfigError, match=message):
        DataOptions(**options)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"epochs": 0}, "--epochs is 0; allowed is 1 or more"),
        ({"batch_size": -1}, "--batch-size"),
        ({"seed": -1}, "--seed"),
        ({"network_options": "depth"}, "--network-options is 'depth'; allowed is NAME=VALUE"),
        ({"network_options": "a=1,a=2"}, "each name once"),
        ({"schedule": "cosine"}, "--schedule is cosine; allowed is plateau or one-cycle"),
        ({"schedule": "one-cycle", "patience": 3}, "--patience has no meaning with --schedule one-cycle"),
        ({"mask_leads": 1.0}, "--mask-leads is 1.0; allowed is 0 or more and less than 1"),
        ({"mixup": float("nan")}, "--mixup"),
        ({"crop_s": -1.0}, "--crop-s"),
        ({"lr": 0}, "--lr"),
        ({"lr": float("nan")}, "--lr"),
        ({"clip": float("nan")}, "--clip"),
        ({"precision": "64"}, "--precision is 64; allowed is 32 or bf16 or 16"),
        ({"device": "gpu"}, "--device"),
    ],
)
def test_train_options_are_checked(options, message):
    with pytest.raises(ConfigError, match=message):
        TrainOptions(**options)


@pytest.mark.parametrize(
    ("split", "given"),
    [("stratified", {"train_folds": "1-3"}), ("stratified", {"test_folds": "3"}), ("folds", {"split_seed": 7})],
)
def test_an_option_that_the_split_does_not_look_at_is_refused(split, given):
    with pytest.raises(ConfigError, match=f"has no meaning with --split {split}"):
        DataOptions(split=split, **given)


def test_network_options_are_numbers_where_they_look_so():
    found = parse_network_options(" depth=34, dropout=0.5,pool=mean ")
    assert found == {"depth": 34, "dropout": 0.5, "pool": "mean"}
    assert type(found["depth"]) is int and parse_network_options("") == {}
