"""Grad-CAM (Selvaraju et al. 2017, arXiv 1610.02391) of the network's last map of features.

ReLU(sum over channels of a_k A_k): A_k is a channel of the map, over time, and a_k the mean over time of the logit's
gradient by it (equations 1 and 2 there); brought from the map's few steps to the signal's by straight lines.
"""

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from twelvelead.errors import ConfigError, needs_extra
from twelvelead.inference.explain.logit import Logit

__all__ = ["feature_map", "grad_cam"]


def feature_map(network: nn.Module, name: str) -> nn.Module:
    """The part of a network whose output Grad-CAM looks at.

    Args:
        network: whose class may name it, see `models.registry`.
        name: of the network, for the error.

    Raises:
        ConfigError: the network names none.
    """
    part = getattr(network, "feature_map", None)
    if part is None:
        raise ConfigError(
            f"network {name!r} names no map of features that grad_cam could look at (feature_map); "
            "allowed is integrated_gradients."
        )
    return network.get_submodule(part)


def grad_cam(logit: Logit, windows_mv: Tensor, layer: nn.Module, seen: int) -> NDArray[np.float64]:
    """The map of a recording, `(stretch, time)`, not below 0, in no unit.

    Args:
        logit: what is explained.
        windows_mv: `(window, time, lead)` millivolts, of one recording.
        layer: gives `(stretch, channel, step)`, once for each stretch of the recording that the network looks at.
        seen: samples of such a stretch.

    Raises:
        TwelveleadError: captum is not installed.
    """
    with needs_extra("explain"):
        from captum.attr import LayerGradCam
    found = LayerGradCam(logit, layer).attribute(windows_mv[None], relu_attributions=True)
    assert isinstance(found, Tensor)
    finer: Tensor = functional.interpolate(found.detach(), size=seen, mode="linear")
    return finer[:, 0].double().cpu().numpy()
