"""How the model came to be."""

from twelvelead.report.run.document import Block, Cell, Facts, Picture, Section
from twelvelead.report.run.material import Material
from twelvelead.report.run.numbers import count, duration, score
from twelvelead.report.run.training_loss import only_in_training

__all__ = ["training"]

_RECIPE = (
    ("network", "Network"),
    ("network_options", "Its options"),
    ("start", "Began with the weights of"),
    ("teachers", "Teachers"),
    ("teaching", "Weight of the teachers"),
    ("batch_size", "Batch size"),
    ("lr", "Learning rate"),
    ("schedule", "Schedule"),
    ("patience", "Patience, epochs"),
    ("weight_decay", "Weight decay"),
    ("average", "Average of weights, share that stays"),
    ("keep", "Epoch kept by"),
    ("early_stop", "Early stop, epochs"),
    ("clip", "Largest gradient norm"),
    ("crop_s", "Random crops, s"),
    ("mixup", "Mixup"),
    ("label_smoothing", "Label smoothing"),
    ("class_weights", "Class weights"),
    ("amplitude", "Random amplitude"),
    ("stretch", "Random stretch of time"),
    ("wander", "Random baseline wander, mV"),
    ("mask_leads", "Random blank leads"),
    ("mask_time", "Random blank time"),
    ("precision", "Precision"),
    ("seed", "Seed"),
)

_UNUSED = ("", "none", 0, 0.0)
"""Values that mean: nothing of that kind. Only the seed is shown all the same."""


def training(material: Material) -> Section | None:
    """Losses by epoch and the recipe; None where no training is at hand."""
    blocks: list[Block] = []
    if "history" in material.figures:
        words = "Losses, validation macro AUC and learning rate by epoch; dashed: the epoch whose weights were kept."
        more = only_in_training(material.options)
        if more:
            words += f" The training loss is one with {more}, the validation loss is without: their heights cannot be "
            words += "compared."
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
    used = {key for key, _ in _RECIPE if key == "seed" or options.get(key) not in _UNUSED} & options.keys()
    if options.get("schedule", "plateau") != "plateau":
        used.discard("patience")
    if not options.get("teachers"):
        used.discard("teaching")
    return [(title, Cell(f"{options[key]}")) for key, title in _RECIPE if key in used]
