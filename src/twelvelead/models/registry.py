"""Networks by name: the name is the file's name in this package, so a new network is one new file.

A network file defines `NETWORK`, a class whose first two arguments are `num_classes` and `num_leads` and whose
`forward` takes standardised signals `(batch, time, lead)` and returns logits `(batch, class)`. Its other arguments are
its options and have defaults. The class may name, as `feature_map`, its part whose output is its last map of features
`(batch, channel, time)` before time is lost; Grad-CAM looks there.
"""

import importlib
import inspect
import pkgutil
import warnings
from typing import Any

import torch
from torch import nn

import twelvelead.models
from twelvelead.errors import ConfigError, require_choice

__all__ = ["build_network", "check_network", "network_names", "network_options"]


def network_names() -> list[str]:
    """The names of all networks, sorted."""
    names = (module.name for module in pkgutil.iter_modules(twelvelead.models.__path__))
    return sorted(name for name in names if hasattr(_module(name), "NETWORK"))


def network_options(name: str) -> dict[str, Any]:
    """The options of a network and their defaults.

    Raises:
        ConfigError: no network has this name.
    """
    require_choice("network", name, network_names())
    parameters = inspect.signature(_module(name).NETWORK).parameters
    return {key: p.default for key, p in parameters.items() if key not in ("num_classes", "num_leads")}


def build_network(name: str, num_classes: int, num_leads: int, options: dict[str, Any]) -> nn.Module:
    """A new network with random weights.

    Raises:
        ConfigError: no network has this name, or it has no such option.
    """
    known = network_options(name)
    for option, value in options.items():
        if option not in known:
            allowed = ", ".join(known) or "none"
            raise ConfigError(f"network {name!r} has no option {option!r}; allowed are {allowed}.")
        _check_kind(name, option, value, known[option])
    network = _module(name).NETWORK(num_classes=num_classes, num_leads=num_leads, **options)
    assert isinstance(network, nn.Module)
    return network


def check_network(name: str, options: dict[str, Any]) -> None:
    """Raise `ConfigError` unless such a network can be built; no memory is taken for it.

    A size, an option whose default is a whole number above 0, must be one too: loops over fewer blocks than one build a
    network without them, or with one.

    Raises:
        ConfigError: no network has this name, or it has no such option or value.
    """
    for option, default in network_options(name).items():
        value = options.get(option, default)
        if isinstance(default, int) and isinstance(value, int) and value < 1 <= default:
            raise ConfigError(f"network {name!r}: {option} is {value}; allowed is a whole number above 0.")
    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("error")  # PyTorch builds layers of nothing and only warns
        try:
            build_network(name, num_classes=1, num_leads=1, options=options)
        except ConfigError:
            raise
        except (AssertionError, RuntimeError, ValueError, TypeError, ZeroDivisionError, Warning) as error:
            given = ", ".join(f"{key}={value}" for key, value in options.items())
            raise ConfigError(f"network {name!r} cannot be built with {given}: {error}") from error


def _check_kind(network: str, option: str, value: object, default: object) -> None:
    """A value must be of its default's kind; a whole number stands for a number too."""
    kinds = (int, float) if isinstance(default, float) else (type(default),)
    if not isinstance(value, kinds) or isinstance(value, bool) != isinstance(default, bool):
        kind = {int: "a whole number", float: "a number", str: "a word"}.get(type(default), "another kind")
        raise ConfigError(f"network {network!r}: {option} is {value!r}; allowed is {kind} (default {default!r}).")


def _module(name: str) -> Any:
    return importlib.import_module(f"twelvelead.models.{name}")
