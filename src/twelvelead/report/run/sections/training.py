"""How the model came to be."""

from twelvelead.report.run.document import Block, Cell, Facts, Picture, Section
from twelvelead.report.run.material import Material
from twelvelead.report.run.numbers import count, duration, score

__all__ = ["training"]

_RECIPE = (
    ("batch_size", "Batch size"),
    ("lr", "Learning rate"),
    ("patience", "Patience, epochs"),
    ("early_stop", "Early stop, epochs"),
    ("clip", "Largest gradient norm"),
    ("precision", "Precision"),
    ("seed", "Seed"),
)


def training(material: Material) -> Section | None:
    """Losses by epoch and the recipe; None where no training is at hand."""
    blocks: list[Block] = []
    if "history" in material.figures:
        words = "Losses, validation macro AUC and learning rate by epoch; dashed: the epoch whose weights were kept."
        blocks.append(Picture("history", words, words, width=0.82))
    rows = [*_outcome(material), *_recipe(material)]
    if rows:
        blocks.append(Facts(tuple(rows)))
    return Section("training", "Training", tuple(blocks)) if blocks else None


def _outcome(material: Material) -> list[tuple[str, Cell]]:
    found = material.training
    if not found:
        return []
    return [
        ("Epochs", Cell(f"{count(found['epochs'])}, of which epoch {count(found['kept_epoch'])} was kept")),
        ("Validation loss", Cell(score(found["val_loss"]))),
        ("Validation macro AUC", Cell(score(found["val_macro_auc"]))),
        ("Time", Cell(duration(found.get("seconds")))),
    ]


def _recipe(material: Material) -> list[tuple[str, Cell]]:
    options = material.options
    return [(title, Cell(f"{options[key]}")) for key, title in _RECIPE if key in options]
