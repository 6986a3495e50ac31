"""What several commands have in common: options of the stages, switches, JSON on stdout."""

import json
from typing import Annotated, Any

from cyclopts import Parameter

from twelvelead.config import DataOptions, TrainOptions
from twelvelead.inference.exported import NOTICE

__all__ = ["EPILOGUE", "Data", "Json", "Recipe", "Switch", "print_json"]

EPILOGUE = NOTICE

Data = Annotated[DataOptions, Parameter(name="*")]
Recipe = Annotated[TrainOptions, Parameter(name="*")]
Json = Annotated[bool, Parameter(name="--json", negative=())]
Switch = Annotated[bool, Parameter(negative=())]


def print_json(value: Any) -> None:
    """The value as JSON on stdout, for programs."""
    print(json.dumps(value, indent=2, ensure_ascii=False))
