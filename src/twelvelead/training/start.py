"""Start a training from the weights of another: pretraining on simulated ECGs, or going on with one's own records."""

from dataclasses import dataclass
from typing import Any

from twelvelead.data.parts import DataParts
from twelvelead.errors import ConfigError
from twelvelead.models.classifier import Classifier
from twelvelead.training.learnt_from import learn_from

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
        new = sorted(own.keys() - taken.keys())
        classifier.note_training(started_from={**self.source, "new_layers": new})


def find_start(model: str, network: str, parts: DataParts) -> Start:
    """The weights that a training on `parts` may begin with.

    Args:
        model: a run folder or the name of a model that comes with the package.
        network: name of the network to train.
        parts: what will be trained on.

    Raises:
        ConfigError: `model` is another network.
        CheckpointError, DataError: as `learn_from`.
    """
    classifier, source = learn_from("--start", model, parts)
    if classifier.info.network != network:
        raise ConfigError(f"--start {model} is a {classifier.info.network}; --network is {network}.")
    return Start(model, classifier, source)
