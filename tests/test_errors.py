import pytest

from twelvelead.errors import (
    CheckpointError,
    ConfigError,
    DataError,
    FormatError,
    TwelveleadError,
    needs_extra,
    require_choice,
)


def test_an_unknown_value_is_answered_with_the_allowed_ones_and_the_closest():
    with pytest.raises(ConfigError, match=r"task is 'rythm'; allowed are form, rhythm\. Did you mean 'rhythm'\?"):
        require_choice("task", "rythm", ["form", "rhythm"])


def test_no_guess_where_nothing_is_close():
    with pytest.raises(ConfigError, match=r"allowed are form, rhythm\.$"):
        require_choice("task", 5, iter(["form", "rhythm"]))


def test_an_allowed_value_passes():
    require_choice("task", "form", ["form", "rhythm"])


@pytest.mark.parametrize("kind", [DataError, FormatError, ConfigError, CheckpointError])
def test_every_error_is_ours_and_a_value_error(kind):
    assert issubclass(kind, TwelveleadError) and issubclass(kind, ValueError)


def test_a_missing_extra_is_named_and_another_error_left_alone():
    sentence = r"^This needs no_such_module: pip install 'twelvelead\[report\]'\.$"
    with pytest.raises(TwelveleadError, match=sentence), needs_extra("report"):
        import no_such_module  # noqa: F401
    with pytest.raises(KeyError), needs_extra("report"):
        raise KeyError("x")
