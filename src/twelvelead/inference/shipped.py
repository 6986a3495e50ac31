"""The trained models that come with the package: folders of `twelvelead/weights`, each with its model card."""

from pathlib import Path

import twelvelead
from twelvelead.errors import CheckpointError
from twelvelead.models.info_file import INFO_FILE

__all__ = ["DEFAULT_MODEL", "find_model", "shipped_models"]

DEFAULT_MODEL = "resnet1d_wang"
"""What predicts where no other model is named: the one with the best score among those that ship."""

_WEIGHTS = Path(twelvelead.__file__).parent / "weights"


def shipped_models() -> list[str]:
    """Names of the models that come with the package, sorted."""
    return sorted(path.parent.name for path in _WEIGHTS.glob(f"*/{INFO_FILE}"))


def find_model(model: str | Path | None = None) -> Path:
    """Where a model is.

    Args:
        model: a run folder, a checkpoint folder or an exported file, or the name of a model that comes with the package
            (where nothing of that name is here); None: `DEFAULT_MODEL`.

    Raises:
        CheckpointError: there is neither a folder or file nor a model of this name.
    """
    if model is not None and Path(model).exists():
        return Path(model)
    name = DEFAULT_MODEL if model is None else str(model)
    if name in shipped_models():
        return _WEIGHTS / name
    known = ", ".join(shipped_models()) or "none"
    raise CheckpointError(
        f"no run folder or exported file {name}, and no model of this name comes with twelvelead (those are: {known})."
    )
