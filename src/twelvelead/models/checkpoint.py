"""A saved classifier: a folder of two readable files, `model.json` and `model.safetensors`. No pickle."""

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save

from twelvelead.errors import CheckpointError, TwelveleadError
from twelvelead.files import atomic_path, write_json
from twelvelead.models.classifier import Classifier
from twelvelead.models.info_file import FORMAT, INFO_FILE, WEIGHTS_FILE, info_values, model_folder, read_info

__all__ = ["FORMAT", "INFO_FILE", "WEIGHTS_FILE", "load_classifier", "model_folder", "save_classifier", "save_info"]


def save_classifier(classifier: Classifier, folder: Path) -> None:
    """Write the classifier into `folder`; each file is replaced at once, the weights last."""
    save_info(classifier, folder)
    tensors = {key: value.detach().cpu().contiguous() for key, value in classifier.state_dict().items()}
    with atomic_path(folder / WEIGHTS_FILE) as temporary:
        # Not save_file, which leaves the file readable for its owner only.
        temporary.write_bytes(save(tensors, metadata={"network": classifier.info.network}))


def save_info(classifier: Classifier, folder: Path) -> None:
    """Write what the classifier is, into a folder that has its weights."""
    write_json(folder / INFO_FILE, info_values(classifier.info))


def load_classifier(folder: str | Path, device: str | torch.device = "cpu") -> Classifier:
    """Read a classifier, in evaluation mode.

    Args:
        folder: a checkpoint folder, or a run folder with one in `model/`.
        device: where to put it.

    Raises:
        CheckpointError: there is none, it is damaged, or it is of a newer format.
    """
    folder = model_folder(folder)
    info = read_info(folder / INFO_FILE)
    try:
        classifier = Classifier(info)
        state = load_file(folder / WEIGHTS_FILE)
        classifier.load_state_dict(state)
    except FileNotFoundError:
        raise CheckpointError(f"{folder / WEIGHTS_FILE} not found; the training did not finish an epoch.") from None
    except (TwelveleadError, TypeError, ValueError) as error:
        raise CheckpointError(f"{folder / INFO_FILE} describes no known network: {error}") from error
    except (SafetensorError, RuntimeError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise CheckpointError(f"{folder / WEIGHTS_FILE} does not hold this network's weights: {reason}") from error
    return classifier.to(device).eval()
