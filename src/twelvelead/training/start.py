"""Start a training from the weights of another: pretraining on simulated ECGs, or going on with one's own records."""

from dataclasses import dataclass, replace
from typing import Any

from twelvelead.data.parts import DataParts
from twelvelead.errors import ConfigError, DataError
from twelvelead.files import file_digest
from twelvelead.inference.shipped import find_model
from twelvelead.models.checkpoint import WEIGHTS_FILE, load_classifier, model_folder
from twelvelead.models.classifier import Classifier

__all__ = ["Start", "find_start"]


@dataclass(frozen=True)
class Start:
    """Weights to begin with, and where they are from."""

    name: str
    classifier: Classifier
    source: dict[str, Any]
    """What they learnt from, for results."""

    def apply(self, classifier: Classifier) -> None:
        """Give `classifier` these weights, and note in its info what they learnt from.

        Layers of another shape, such as the last one for other classes, keep their random weights; so does the
        standardiser its own statistics.

        Raises:
            ConfigError: most layers have another shape.
        """
        own, theirs = classifier.network.state_dict(), self.classifier.network.state_dict()
        taken = {key: value for key, value in theirs.items() if key in own and own[key].shape == value.shape}
        if 2 * sum(value.numel() for value in taken.values()) < sum(value.numel() for value in own.values()):
            raise ConfigError(
                f"--start {self.name}: most layers have another shape; give its own --network-options, "
                f"{self.classifier.info.options or 'none'}."
            )
        classifier.network.load_state_dict(taken, strict=False)
        source = {**self.source, "new_layers": sorted(own.keys() - taken.keys())}
        classifier.info = replace(classifier.info, trained_on={**classifier.info.trained_on, "started_from": source})


def find_start(model: str, network: str, parts: DataParts) -> Start:
    """The weights that a training on `parts` may begin with.

    Args:
        model: a run folder or the name of a model that comes with the package.
        network: name of the network to train.
        parts: what will be trained on.

    Raises:
        ConfigError: `model` is another network.
        DataError: it learnt from PTB-XL by another split, so that it may have seen records of the validation or test
            part.
        CheckpointError: there is no such model.
    """
    folder = model_folder(find_model(model))
    classifier = load_classifier(folder)
    info = classifier.info
    if info.network != network:
        raise ConfigError(f"--start {model} is a {info.network}; --network is {network}.")
    _check_unseen(model, info.trained_on, parts)
    source = {
        "network": info.network,
        "data_version": info.trained_on.get("data_version", "unknown"),
        "records": info.trained_on.get("parts", {}).get("train", {}).get("records"),
        "task": info.task,
        "weights_sha256": file_digest(folder / WEIGHTS_FILE),
    }
    return Start(model, classifier, source)


def _check_unseen(model: str, learnt: dict[str, Any], parts: DataParts) -> None:
    ours = parts.describe()
    real = "PTB-XL" in str(learnt.get("data_version", "")) and "PTB-XL" in str(ours["data_version"])
    if real and learnt.get("split") != ours["split"]:
        raise DataError(
            f"--start {model} learnt from PTB-XL by another split ({learnt.get('split', 'unknown')}) than this "
            f"training's ({ours['split']}): it may have seen records of the validation or test part."
        )
