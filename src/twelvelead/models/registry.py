"""Networks by name: the name is the file's name in this package, so a new network is one new file.

A network file defines `NETWORK`, a class whose first two arguments are `num_classes` and `num_leads` and whose
`forward` takes standardised signals `(batch, time, lead)` and returns logits `(batch, class)`. Its other arguments are
its options and have defaults.
"""

import importlib
import inspect
import pkgutil
from typing import Any

from torch import nn

import twelvelead.models
from twelvelead.errors import ConfigError, require_choice

__all__ = ["build_network", "network_names", "network_options"]


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
    for option in options:
        if option not in known:
            allowed = ", ".join(known) or "none"
            raise ConfigError(f"network {name!r} has no option {option!r}; allowed are {allowed}.")
    network = _module(name).NETWORK(num_classes=num_classes, num_leads=num_leads, **options)
    assert isinstance(network, nn.Module)
    return network


def _module(name: str) -> Any:
    return importlib.import_module(f"twelvelead.models.{name}")
