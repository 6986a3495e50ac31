"""The five superclasses, from a model that was trained on finer classes."""

from twelvelead.report.run.document import Cell, Column, Section, Table, plain
from twelvelead.report.run.material import Material
from twelvelead.report.run.numbers import count, score, scored
from twelvelead.report.run.sections.words import class_meaning

__all__ = ["superclasses"]

_WAYS = {"noisy_or": "noisy-OR", "max": "maximum"}


def superclasses(material: Material) -> Section | None:
    """Both ways of summing up side by side; None where the classes are not finer ones."""
    found = material.metrics.get("superclasses")
    if not found:
        return None
    ways = [name for name in _WAYS if name in found] or list(found)
    cards = {name: found[name]["test"] for name in ways}
    first = cards[ways[0]]
    rows = [
        (
            Cell(name, class_meaning("superdiagnostic", name), strong=True),
            Cell(count(scores["positives"])),
            *(scored(card["classes"][name], "auc") for card in cards.values()),
            *(_f1(card, name) for card in cards.values()),
        )
        for name, scores in first["classes"].items()
    ]
    macro = (
        Cell("Macro", strong=True),
        Cell(""),
        *(scored(card, "macro_auc") for card in cards.values()),
        *(scored(card["at_thresholds"] or card["at_0.5"], "macro_f1") for card in cards.values()),
    )
    titles = [_WAYS.get(name, name) for name in ways]
    columns = (
        Column("Superclass", "prose"),
        Column("Positives"),
        *(Column(f"AUC, {title}") for title in titles),
        *(Column(f"F1, {title}") for title in titles),
    )
    only = ", ".join(f"{title} {score(c['labelled_only']['macro_auc'])}" for title, c in zip(titles, cards.values()))
    note = f"F1 at thresholds chosen on validation. Macro AUC of labelled records only: {only}."
    how = (
        "A superclass is present where any of its classes is. Noisy-OR takes the probability of at least one of them, "
        "1 − ∏(1 − p), as if they were independent; the other way takes the greatest."
    )
    table = Table("Superclass scores from the finer classes", columns, (*rows, macro), summary_rows=1, note=note)
    return Section("superclasses", "Superclasses from finer classes", (plain(how), table))


def _f1(card: dict[str, object], name: str) -> Cell:
    decisions = card["at_thresholds"] or card["at_0.5"]
    assert isinstance(decisions, dict)
    return scored(decisions["classes"][name], "f1")
