"""Checks that all options share; messages name the command-line flag."""

from typing import Literal, get_args, get_origin, get_type_hints

from twelvelead.errors import ConfigError

__all__ = ["flag_of", "require", "require_choices"]


def flag_of(name: str) -> str:
    """The flag of an option."""
    return "--" + name.replace("_", "-")


def require_choices(options: object) -> None:
    """Hold every field that is a `Literal` to its values."""
    for name, hint in get_type_hints(type(options)).items():
        value, allowed = getattr(options, name), get_args(hint)
        if get_origin(hint) is Literal:
            require(value in allowed, flag_of(name), value, " or ".join(map(str, allowed)))


def require(condition: bool, flag: str, given: object, allowed: str) -> None:
    """Raise `ConfigError` with what was given and what is allowed, unless the condition holds."""
    if not condition:
        raise ConfigError(f"{flag} is {given}; allowed is {allowed}.")
