"""Every error that twelvelead raises on purpose, and helpers for two common ones: a value not allowed, a missing extra.

    TwelveleadError(ValueError)     the input or the request is at fault; the message is one sentence for a person
    ├── DataError                   a data set, its tables or its folder
    ├── FormatError                 one ECG file that cannot be read as what it claims to be
    ├── ConfigError                 an option or a configuration file
    └── CheckpointError             a run or model folder

The command line prints the message of any of these on stderr and exits with 1 (2 for ConfigError).
Errors of ours (a broken invariant) are plain `assert`s and keep their traceback.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches

__all__ = [
    "CheckpointError",
    "ConfigError",
    "DataError",
    "FormatError",
    "TwelveleadError",
    "needs_extra",
    "require_choice",
]


class TwelveleadError(ValueError):
    """Base of all errors that a user can cause and mend; `str(error)` is one complete sentence."""


class DataError(TwelveleadError):
    """A data set, one of its tables, or its folder is not usable as asked."""


class FormatError(TwelveleadError):
    """An ECG file cannot be read as what it claims to be."""


class ConfigError(TwelveleadError):
    """An option or a configuration file holds an unknown name or a value that is not allowed."""


class CheckpointError(TwelveleadError):
    """A run or model folder is missing, incomplete, or of another version."""


def require_choice(what: str, value: object, allowed: Iterable[str]) -> None:
    """Raise `ConfigError` naming the allowed values (and the closest one) unless `value` is one."""
    names = list(allowed)
    if value in names:
        return
    close = get_close_matches(str(value), names, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise ConfigError(f"{what} is {value!r}; allowed are {', '.join(names)}.{hint}")


@contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Turn a failing import inside the `with` block into the sentence that says what to install.

    Args:
        extra: name of the package's extra that brings what is imported.

    Raises:
        TwelveleadError: a module is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise TwelveleadError(f"This needs {error.name}: pip install 'twelvelead[{extra}]'.") from None
