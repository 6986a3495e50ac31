"""What a training's loss has that the loss on the validation part lacks, which is plain binary cross-entropy."""

from collections.abc import Mapping
from typing import Any

__all__ = ["only_in_training"]


def only_in_training(options: Mapping[str, Any]) -> str:
    """Such as "class weights and mixup"; "" where both losses are the same.

    Args:
        options: the table [train] of `config.toml`.
    """
    weighted = options.get("class_weights", "none") != "none"
    taught = options.get("teachers") and options.get("teaching", 1)
    names = {
        "class weights": weighted,
        "teachers": taught,
        "mixup": options.get("mixup"),
        "label smoothing": options.get("label_smoothing"),
    }
    found = [name for name, used in names.items() if used]
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)
