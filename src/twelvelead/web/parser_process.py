"""The process that takes uploads apart: a request's body in, the prepared ECG out. It may be killed at any time.

`parsing` starts it; requests and answers are those of `formats.other_process`.
"""

import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from twelvelead.config import MissingLeads
from twelvelead.data.labels import SUPERCLASSES
from twelvelead.errors import ConfigError, FormatError, TwelveleadError, require_choice
from twelvelead.formats import known_formats, read
from twelvelead.formats.other_process import Answer, serve_requests
from twelvelead.inference.lead_selection import select_leads
from twelvelead.inference.predict import ReadingHints
from twelvelead.inference.prepare import prepare_recording
from twelvelead.inference.quality import ANALYSIS_RATE_HZ
from twelvelead.models.info import ModelInfo
from twelvelead.web.examples import example_csv
from twelvelead.web.form import FILE_FIELD, Form, read_form
from twelvelead.web.packed_arrays import pack
from twelvelead.web.shown_signal import shown_signal
from twelvelead.web.uploaded_recording import read_upload

__all__ = ["answer"]

HINT_FIELDS = ("rate", "leads", "unit", "missing_leads")
"""What every upload may say about its file."""

ON_PAPER_S = 10.0
"""Of a longer recording so much is drawn on paper."""

_OPTION = re.compile(r"(?<![\w-])--([a-z][a-z-]*)")


def answer(request: dict[str, Any], body: bytes) -> Answer:
    """The prepared ECG, or why there is none, as the facts `refused` and `status`.

    Args:
        request: `content_type`; `model`, what of `ModelInfo` preparing needs; `longest_s`; `choices`, for each further
            field of the form what is allowed in it; `want`: "windows", or "shown" or "paper", which come beside them.
        body: the multipart form.
    """
    if request.get("start"):
        _load_libraries()
        return {}, b""
    try:
        return _answer(request, body)
    except ConfigError as error:
        return {"refused": _for_the_web(str(error)), "status": 400}, b""
    except TwelveleadError as error:
        return {"refused": _for_the_web(str(error)), "status": 422}, b""
    except MemoryError:
        return {"refused": "the upload: too large to be read within the memory limit.", "status": 422}, b""


def _load_libraries() -> None:
    """By reading and preparing an ECG, so that no upload waits for it."""
    known_formats()
    with suppress(ImportError):
        import python_multipart  # noqa: F401
        import wfdb  # noqa: F401
    example = read(example_csv(SUPERCLASSES[0]))
    prepare_recording(example, ModelInfo("", (), ANALYSIS_RATE_HZ, 10.0))


def _answer(request: dict[str, Any], body: bytes) -> Answer:
    form = read_form(request["content_type"], body)
    choices = _choices(form, request["choices"])
    hints = _hints(form)
    recording, format_name = read_upload(form.files, hints, Path(request["folder"]))
    seconds = len(recording.signal_mv) / recording.rate_hz
    if seconds > request["longest_s"]:
        raise FormatError(
            f"{recording.source}: lasts {seconds:,.0f} s; at most {request['longest_s']:,.0f} s are taken here, longer "
            "ones by `twelvelead predict`."
        )
    prepared = prepare_recording(recording, ModelInfo(**_tuples(request["model"])), hints.missing_leads)
    arrays: dict[str, NDArray[Any]] = {
        "windows": prepared.windows_mv,
        "positions": prepared.positions.astype(np.int32),
    }
    facts: dict[str, Any] = {
        "file": recording.source,
        "file_bytes": sum(len(file.content) for file in form.files),
        "format": format_name,
        "quality": prepared.quality,
        "steps": prepared.steps,
        "choices": choices,
    }
    if request["want"] == "shown":
        facts["shown"] = shown_signal(recording)
    elif request["want"] == "paper":
        facts["rate_hz"], facts["seconds"] = recording.rate_hz, seconds
        signal_mv = select_leads(recording, "zero").signal_mv[: round(ON_PAPER_S * recording.rate_hz)]
        arrays["paper"] = signal_mv.astype(np.float32)
    packed, content = pack(arrays)
    return {**facts, "arrays": packed}, content


def _choices(form: Form, allowed: dict[str, list[str]]) -> dict[str, str]:
    """The form's fields beside the hints, checked; the first that is allowed where one is not there."""
    for name in form.fields:
        require_choice("the form's field", name, (FILE_FIELD, *HINT_FIELDS, *allowed))
    chosen = {name: form.fields.get(name, values[0]) for name, values in allowed.items()}
    for name, value in chosen.items():
        require_choice(name, value, allowed[name])
    return chosen


def _hints(form: Form) -> ReadingHints:
    given = {name: value.strip() for name, value in form.fields.items() if value.strip()}
    missing: Any = given.get("missing_leads", "refuse")
    require_choice("missing_leads", missing, get_args(MissingLeads))
    leads = tuple(given["leads"].split(",")) if "leads" in given else None
    return ReadingHints(_rate(given.get("rate")), leads, given.get("unit"), missing)


def _rate(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        raise ConfigError(f"rate is {text[:20]!r}; allowed is a number of samples per second.") from None


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _for_the_web(sentence: str) -> str:
    """The sentence with the names of the form's fields in place of the command line's options."""
    return _OPTION.sub(lambda match: match[1].replace("-", "_"), sentence)


if __name__ == "__main__":
    serve_requests(answer, int(sys.argv[1]))
