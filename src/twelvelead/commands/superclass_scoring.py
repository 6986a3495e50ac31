"""The five superclasses from a model of finer classes, scored beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from twelvelead.commands.scoring import ScoredPart, choose_on, score_parts
from twelvelead.data.labelled import LabelledParts
from twelvelead.data.labels import make_labels
from twelvelead.data.statement_file import read_statements
from twelvelead.evaluation.superclasses import AGGREGATIONS, FINER_TASKS, superclass_of, superclass_scores
from twelvelead.evaluation.thresholds import BEST_F1

__all__ = ["SuperclassScores", "score_as_superclasses"]


@dataclass(frozen=True)
class SuperclassScores:
    """What `score_as_superclasses` found."""

    metrics: dict[str, Any]
    """By aggregation ("noisy_or", "max"): what `score_parts` says."""
    scored: dict[str, tuple[Sequence[str], Mapping[str, ScoredPart]]]
    """By aggregation: class names, and the parts with superclass labels and scores."""


def score_as_superclasses(
    scored: Mapping[str, ScoredPart], parts: LabelledParts, classes: Sequence[str]
) -> SuperclassScores | None:
    """Score the parts as superclasses, by each aggregation, with thresholds chosen on the validation part.

    Returns:
        None where the task's classes do not cover the superclasses.
    """
    if parts.labels.task not in FINER_TASKS:
        return None
    import pandas as pd

    statements = read_statements(parts.data_dir)
    belongs_to = superclass_of(parts.labels.task, statements)
    labels = make_labels(
        parts.metadata["scp_codes"], statements, "superdiagnostic", min_likelihood=parts.labels.min_likelihood
    )
    covered = {belongs_to[name] for name in classes if name in belongs_to}
    columns = [i for i, name in enumerate(labels.classes) if name in covered]
    if not columns:
        return None
    names = [labels.classes[i] for i in columns]
    found = SuperclassScores({}, {})
    for how in AGGREGATIONS:
        as_superclasses = {
            part_name: part.with_scores(
                superclass_scores(part.scores, classes, names, belongs_to, how),
                labels.matrix[parts.metadata.index.get_indexer(pd.Index(part.ecg_ids))][:, columns],
            )
            for part_name, part in scored.items()
        }
        thresholds = choose_on(as_superclasses["val"], BEST_F1) if "val" in scored else None
        found.metrics[how] = {
            "threshold_rule": BEST_F1.description if thresholds else "none: there is no validation part",
            **score_parts(as_superclasses, names, thresholds, subgroups=False),
        }
        found.scored[how] = (names, as_superclasses)
    return found
