"""Digests of the files that a model's answers depend on."""

from pathlib import Path

from twelvelead.files import file_digest
from twelvelead.models.info_file import INFO_FILE, WEIGHTS_FILE, model_folder

__all__ = ["model_digests"]


def model_digests(model: Path) -> dict[str, str]:
    """SHA-256 of a model's files.

    Args:
        model: a run folder, a checkpoint folder or an exported file.
    """
    if model.is_file():
        return {"file": file_digest(model)}
    folder = model_folder(model)
    return {"weights": file_digest(folder / WEIGHTS_FILE), "info": file_digest(folder / INFO_FILE)}
