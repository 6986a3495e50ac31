"""What several commands have in common: options of the stages, switches, JSON on stdout."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from twelvelead.config import DataOptions, MissingLeads, TrainOptions
from twelvelead.notice import NOTICE
from twelvelead.progress import say

if TYPE_CHECKING:
    from twelvelead.inference.predict import ReadingHints

__all__ = ["EPILOGUE", "Data", "Json", "Recipe", "Switch", "print_json", "reading_hints", "say_model"]

EPILOGUE = NOTICE

Data = Annotated[DataOptions, Parameter(name="*")]
Recipe = Annotated[TrainOptions, Parameter(name="*")]
Json = Annotated[bool, Parameter(name="--json", negative=())]
Switch = Annotated[bool, Parameter(negative=())]


def print_json(value: Any) -> None:
    """The value as JSON on stdout, for programs."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def reading_hints(
    rate: float | None, leads: str | None, unit: str | None, missing_leads: MissingLeads
) -> "ReadingHints":
    """What the options say that files do not; asked for before a model is loaded, so that a mistake is told at once.

    Raises:
        FormatError: the rate is out of range, or the unit is no voltage.
    """
    from twelvelead.formats.limits import check_rate
    from twelvelead.formats.recording import millivolts_per_unit
    from twelvelead.inference.predict import ReadingHints

    if rate is not None:
        check_rate(rate, "--rate")
    if unit is not None:
        millivolts_per_unit(unit, "--unit")
    return ReadingHints(rate, tuple(leads.split(",")) if leads else None, unit, missing_leads)


def say_model(folder: Path) -> None:
    """Name the model that comes with twelvelead and answers where no other was asked for."""
    from twelvelead.training.run_folder import MODEL_CARD

    say(f"model: {folder.name}, which comes with twelvelead; its card: {folder / MODEL_CARD}")
