"""The process that draws: a signal and its answer in, a picture's file out. `pictures` starts it."""

import sys
from typing import Any

from twelvelead.commands.predict_files import describe
from twelvelead.errors import FormatError, TwelveleadError
from twelvelead.formats.other_process import Answer, serve_requests
from twelvelead.inference.predict import Prediction
from twelvelead.report.ecg_paper import plot_ecg
from twelvelead.report.save import figure_bytes
from twelvelead.web.packed_arrays import unpack

__all__ = ["answer"]


def answer(request: dict[str, Any], content: bytes) -> Answer:
    """The picture.

    Args:
        request: `arrays`, `answer` as `predict --json` prints it, `rate_hz`, `seconds` of the whole recording, and
            `choices` as `pictures.CHOICES` allows them.
        content: the array `paper`, `(time, lead)` millivolts.
    """
    if request.get("start"):
        return {}, b""
    try:
        return {}, _draw(request, content)
    except TwelveleadError as error:
        raise FormatError(str(error)) from error


def _draw(request: dict[str, Any], content: bytes) -> bytes:
    said, choices, rate_hz = request["answer"], request["choices"], request["rate_hz"]
    signal = unpack(request["arrays"], content)["paper"]
    notes = [*said["quality"], *said["steps"]]
    if request["seconds"] > len(signal) / rate_hz + 1 / rate_hz:
        notes.append(f"the first {len(signal) / rate_hz:g} s of {request['seconds']:.1f} s are shown")
    figure = plot_ecg(
        signal,
        rate_hz,
        layout=choices["layout"],
        title=said["file"],
        subtitle="; ".join(notes) or None,
        footer=f"{describe(Prediction(**said))}   (* at least the threshold)",
        speed_mm_s=float(choices["speed"]),
        gain_mm_mv=float(choices["gain"]),
    )
    return figure_bytes(figure, choices["format"])


if __name__ == "__main__":
    serve_requests(answer, int(sys.argv[1]))
