"""ECGs on paper with their result, drawn one at a time in a process of its own."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from twelvelead.errors import FormatError
from twelvelead.formats.other_process import ProcessLost
from twelvelead.inference.predict import Prediction
from twelvelead.web.packed_arrays import pack
from twelvelead.web.parsing import Parsed
from twelvelead.web.process_pool import ProcessPool
from twelvelead.web.refusal import Refused, busy
from twelvelead.web.settings import MIB

__all__ = ["CHOICES", "MEDIA_TYPES", "Pictures", "picture_file"]

MEDIA_TYPES = {"png": "image/png", "pdf": "application/pdf"}

CHOICES: Mapping[str, tuple[str, ...]] = {
    "format": tuple(MEDIA_TYPES),
    "layout": ("3x4+1", "6x2", "12x1"),
    "speed": ("25", "50"),
    "gain": ("10", "5", "20"),
}
"""Fields of the form and what is allowed in them, the default first: mm/s and mm/mV as recorders have them."""

WAITING = 8
WAIT_S = 10.0
"""Drawing takes a second, so a few may wait for each other."""

SECONDS = 30.0
MEMORY = 2048 * MIB


class Pictures:
    """The process that draws; it is started with the first picture.

    Args:
        patience_s: after which no picture is waited for.
    """

    def __init__(self, patience_s: float) -> None:
        self.pool = ProcessPool(
            "twelvelead.web.picture_process",
            "the pictures",
            processes=1,
            waiting=WAITING,
            seconds=SECONDS,
            memory=MEMORY,
            wait_s=WAIT_S,
            patience_s=patience_s,
        )
        self._started = False

    async def draw(self, parsed: Parsed, answer: Prediction) -> bytes:
        """The picture's file.

        Args:
            parsed: with its `paper` and the choices of its form.
            answer: that is written below.

        Raises:
            Refused: too many wait already, or it cannot be drawn.
        """
        if not self._started:
            self._started = True
            self.pool.start()
        arrays, content = pack({"paper": parsed.arrays["paper"]})
        request: dict[str, Any] = {
            "arrays": arrays,
            "answer": answer.to_json(),
            "rate_hz": parsed.facts["rate_hz"],
            "seconds": parsed.facts["seconds"],
            "choices": parsed.facts["choices"],
        }
        try:
            _, picture = await self.pool.ask(parsed.file, content, request)
        except ProcessLost:
            raise busy("the picture could not be drawn", "pictures", "down") from None
        except FormatError as error:
            raise Refused(422, str(error)) from None
        return picture


def picture_file(parsed: Parsed) -> str:
    """The name under which the browser is to store the picture: letters, digits and marks that no header minds."""
    stem = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "_" for sign in parsed.file)
    return f"{PurePath(stem).stem or 'ecg'}.{parsed.facts['choices']['format']}"
