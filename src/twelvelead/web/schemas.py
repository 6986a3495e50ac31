"""The API's objects, for its OpenAPI document; a test holds what is answered against them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from twelvelead.web.examples import EXAMPLES

__all__ = [
    "Answer",
    "Ecg",
    "Error",
    "Example",
    "ExplainedClass",
    "Health",
    "ServedModel",
    "example_parameter",
    "form_schema",
]


@dataclass
class Error:
    """Every answer that is none."""

    error: str
    """One sentence for a person."""


@dataclass
class Health:
    """Whether an upload would be answered."""

    status: str


@dataclass
class Example:
    """A simulated ECG to try the service with."""

    name: str
    title: str
    file: str


@dataclass
class Answer:
    """The object that `twelvelead predict --json` prints."""

    file: str
    probabilities: dict[str, float]
    decisions: dict[str, bool]
    quality: list[str]
    steps: list[str]


@dataclass
class ShownSignal:
    """Twelve leads to be drawn: int16 `(time, lead)`, little-endian, in base64; microvolts = count x `scale_uv`."""

    rate_hz: float
    duration_s: float
    leads: list[str]
    present: dict[str, bool]
    unit: str
    samples: int
    signal: str
    scale_uv: float
    invalid: int
    shown_s: float
    source_rate_hz: float
    source_duration_s: float


@dataclass
class Ecg(Answer):
    """An answer with what is to be drawn."""

    recording: ShownSignal
    thresholds: dict[str, float]
    file_bytes: int
    format: str


@dataclass
class Attribution:
    """int8 `(time, lead)` in base64; attribution = value x `scale`. `leads` is null where none are told apart."""

    rate_hz: float
    start_s: float
    samples: int
    leads: list[str] | None
    scale: float
    values: str


@dataclass
class TimeShares:
    """Shares of the absolute attribution in steps of time; sum 1."""

    step_s: float
    share: list[float]


@dataclass
class Completeness:
    """What integrated gradients add up to, in logits."""

    logit: float
    baseline_logit: float
    attributed: float
    error: float


@dataclass
class ExplainedClass:
    """What speaks for a class (above 0) and what against it (below 0)."""

    file: str
    class_: Annotated[str, Field(alias="class")]
    method: str
    probability: float
    by_lead: dict[str, float] | None
    by_time: TimeShares
    attribution: Attribution
    completeness: Completeness | None
    method_note: str


@dataclass
class ServedModel:
    """What model is served, what it takes and what its answers mean."""

    name: str
    version: str
    network: str
    task: str
    classes: list[str]
    class_names: dict[str, str]
    thresholds: dict[str, float]
    threshold_rule: str
    rate_hz: int
    duration_s: float
    leads: list[str]
    trained_on: dict[str, Any]
    card: str | None
    explain: dict[str, Any]
    formats: list[dict[str, Any]]
    limits: dict[str, int]
    notice: str


HINTS: dict[str, Any] = {
    "rate": {"type": "number", "description": "samples per second, for files that do not say it"},
    "leads": {"type": "string", "description": "lead names in the file's order, with commas between"},
    "unit": {"type": "string", "description": "of the samples, such as mV or uV"},
    "missing_leads": {"type": "string", "enum": ["refuse", "zero"], "default": "refuse"},
}


def example_parameter() -> dict[str, Any]:
    """The name of an example in its address."""
    names = [example.name for example in EXAMPLES]
    return {
        "parameters": [{"name": "name", "in": "path", "required": True, "schema": {"type": "string", "enum": names}}]
    }


def form_schema(choices: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The request body of an address that takes an upload.

    Args:
        choices: fields beside the hints and what is allowed in each, the default first.
    """
    file = {"type": "array", "items": {"type": "string", "format": "binary"}}
    fields = {name: {"type": "string", "enum": list(values), "default": values[0]} for name, values in choices.items()}
    schema = {"type": "object", "required": ["file"], "properties": {"file": file, **HINTS, **fields}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}
