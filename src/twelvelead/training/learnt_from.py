"""Models that a training learns from besides its records: the one that it starts from, those that teach it.

What such a model has seen counts as seen by the new one.
"""

from typing import Any

from twelvelead.data.parts import DataParts
from twelvelead.errors import DataError
from twelvelead.files import file_digest
from twelvelead.inference.shipped import find_model
from twelvelead.models.checkpoint import WEIGHTS_FILE, load_classifier, model_folder
from twelvelead.models.classifier import Classifier

__all__ = ["learn_from"]


def learn_from(option: str, model: str, parts: DataParts) -> tuple[Classifier, dict[str, Any]]:
    """A model, and what is to be said in results of what it learnt from.

    Args:
        option: the command's option that names it, for messages.
        model: a run folder or the name of a model that comes with the package.
        parts: what the new model will be trained on.

    Raises:
        CheckpointError: there is no such model.
        DataError: it learnt from PTB-XL by another split, so that it may have seen records of the validation or test
            part.
    """
    folder = model_folder(find_model(model))
    classifier = load_classifier(folder)
    info = classifier.info
    learnt, ours = info.trained_on, parts.describe()
    splits = _real_splits(learnt)
    others = [split for split in splits if split != ours["split"]]
    if others and _is_real(ours):
        raise DataError(
            f"{option} {model} learnt from PTB-XL by another split ({others[0]}) than this "
            f"training's ({ours['split']}): it may have seen records of the validation or test part."
        )
    return classifier, {
        "network": info.network,
        "data_version": _versions(learnt),
        "real_splits": splits,
        "records": learnt.get("parts", {}).get("train", {}).get("records"),
        "task": info.task,
        "weights_sha256": file_digest(folder / WEIGHTS_FILE),
    }


def _versions(learnt: dict[str, Any]) -> str:
    """The data that the model, what it started from, and its teachers learnt from."""
    sources = [learnt, *_sources(learnt)]
    return " and ".join(dict.fromkeys(str(source.get("data_version", "unknown")) for source in sources))


def _real_splits(learnt: dict[str, Any]) -> list[str]:
    """The splits by which the model, what it started from, and its teachers learnt from PTB-XL."""
    own = str(learnt.get("split", "unknown"))
    found = [own] if _is_real(learnt) else []
    for source in filter(_is_real, _sources(learnt)):
        # Models of before this was noted: a source of another split than a real model's own was refused.
        found += source.get("real_splits") or [own if _is_real(learnt) else "unknown"]
    return list(dict.fromkeys(found))


def _is_real(learnt: dict[str, Any]) -> bool:
    return "PTB-XL" in str(learnt.get("data_version", ""))


def _sources(learnt: dict[str, Any]) -> list[dict[str, Any]]:
    return [source for source in (learnt.get("started_from"), *(learnt.get("teachers") or ())) if source]
