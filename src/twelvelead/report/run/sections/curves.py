"""ROC and precision-recall curves, and the confusion matrices."""

from twelvelead.report.run.document import Block, Gallery, Picture, Section, plain
from twelvelead.report.run.material import Material
from twelvelead.report.run.numbers import score
from twelvelead.report.run.panels import panel_classes

__all__ = ["confusion", "curves"]

_SIDE_BY_SIDE = 8
"""Up to so many classes the legends stand inside or below the axes, and the figures are narrow."""


def curves(material: Material) -> Section | None:
    """Both curves; None where the predictions are not at hand."""
    if "roc" not in material.figures:
        return None
    areas = ", ".join(f"{name} {score(scores['auc'])}" for name, scores in material.test["classes"].items())
    precisions = ", ".join(
        f"{name} {score(scores['average_precision'])}" for name, scores in material.test["classes"].items()
    )
    pictures = (
        Picture("roc", "ROC curves. Dotted: a score that says nothing.", f"ROC curves. AUC: {areas}."),
        Picture(
            "precision_recall",
            "Precision-recall curves. Dotted: the share of positive records, which a score that says nothing reaches.",
            f"Precision-recall curves. Average precision: {precisions}.",
        ),
    )
    blocks: tuple[Block, ...] = (Gallery(pictures),) if len(material.classes) <= _SIDE_BY_SIDE else pictures
    return Section("curves", "ROC and precision-recall curves", blocks)


def confusion(material: Material) -> Section | None:
    """The confusion matrices at the chosen thresholds and at 0.5."""
    kinds = (
        ("confusion", "at_thresholds", "at the thresholds chosen on the validation part"),
        ("confusion_at_0.5", "at_0.5", "at 0.5 for every class"),
    )
    pictures = [
        Picture(name, f"Decisions {words}.", _counts(material, kind, words))
        for name, kind, words in kinds
        if name in material.figures and material.test.get(kind)
    ]
    if not pictures:
        return None
    how = "Counts of test records, and the share of their row: of those that truly lack, or have, the class."
    shown = panel_classes(material.test)
    if len(shown) < len(material.classes):
        how += f" The {len(shown)} most frequent of {len(material.classes)} classes; the tables have all of them."
    return Section("confusion", "Confusion matrices", (plain(how), *pictures))


def _counts(material: Material, kind: str, words: str) -> str:
    rows = []
    for name in panel_classes(material.test):
        scores = material.test[kind]["classes"][name]
        (true_negative, false_positive), (false_negative, true_positive) = scores["confusion"]
        rows.append(
            f"{name}: {true_positive} true positive, {false_positive} false positive, "
            f"{false_negative} false negative, {true_negative} true negative"
        )
    return f"Confusion matrices {words}. {'; '.join(rows)}."
