"""Options of explanations."""

from typing import Literal

__all__ = ["ExplainMethod"]

ExplainMethod = Literal["integrated_gradients", "grad_cam"]
