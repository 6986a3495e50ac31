"""Uploads to prepared ECGs: the body goes to a process that may be killed, what comes back is checked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError
from twelvelead.formats.other_process import ProcessLost
from twelvelead.inference.prepare import Prepared
from twelvelead.models.info import ModelInfo
from twelvelead.web.packed_arrays import unpack
from twelvelead.web.process_pool import ProcessPool
from twelvelead.web.refusal import Refused
from twelvelead.web.settings import Settings

__all__ = ["Parsed", "Parsers", "Want"]

Want = Literal["windows", "shown", "paper"]

SOURCE = "the upload"
"""What a file is called before its name is known."""


@dataclass(frozen=True)
class Parsed:
    """An upload, read and prepared."""

    file: str
    """The name to be shown."""
    prepared: Prepared
    facts: Mapping[str, Any]
    """What else the parser says, see `parser_process`."""
    arrays: Mapping[str, NDArray[Any]]


class Parsers:
    """The processes that read uploads.

    Args:
        model: what uploads are prepared for.
        settings: their number and limits.
        on_refused: called with "form", "file", "crashed" or "late" for each upload that gives no ECG.
        command: another program in their place, for tests.
    """

    def __init__(
        self,
        model: ModelInfo,
        settings: Settings,
        on_refused: Callable[[str], None] = lambda kind: None,
        command: Sequence[str] | None = None,
    ) -> None:
        self._model = model
        self._longest_s = settings.longest_s
        self._on_refused = on_refused
        self.pool = ProcessPool(
            "twelvelead.web.parser_process",
            "the parsers",
            processes=settings.parsers,
            waiting=settings.waiting,
            seconds=settings.parse_seconds,
            memory=settings.parser_bytes,
            wait_s=settings.wait_seconds,
            patience_s=settings.answer_seconds,
            command=command,
        )

    async def parse(
        self, content_type: str, body: bytes, want: Want, choices: Mapping[str, Sequence[str]] | None = None
    ) -> Parsed:
        """Read and prepare the ECG in a multipart form.

        Args:
            content_type: the request's header.
            body: the form.
            want: what is needed beside the model's windows.
            choices: fields of the form beside the hints, and what is allowed in each, the default first.

        Raises:
            Refused: the form is wrong (400), the file cannot be read or is no ECG for this model (422), or too many
                wait already or the wait is too long (503).
        """
        request = {
            "content_type": content_type,
            "model": self._needed_of_model(),
            "longest_s": self._longest_s,
            "choices": {name: list(values) for name, values in (choices or {}).items()},
            "want": want,
        }
        try:
            facts, content = await self.pool.ask(SOURCE, body, request)
        except ProcessLost as error:
            self._on_refused("late" if error.late else "crashed")
            raise Refused(422, str(error)) from None
        except FormatError as error:
            self._on_refused("file")
            raise Refused(422, str(error)) from None
        if "refused" in facts:
            self._on_refused("form" if facts["status"] == 400 else "file")
            raise Refused(int(facts["status"]), str(facts["refused"]))
        try:
            return self._checked(facts, content)
        except FormatError as error:
            self._on_refused("crashed")
            raise Refused(422, str(error)) from None

    def _needed_of_model(self) -> dict[str, Any]:
        names = ("network", "classes", "rate_hz", "duration_s", "leads", "window_s")
        return {name: getattr(self._model, name) for name in names}

    def _checked(self, facts: dict[str, Any], content: bytes) -> Parsed:
        arrays = unpack(facts.get("arrays"), content)
        windows, positions = (arrays.get(name, np.empty(0)) for name in ("windows", "positions"))
        if not self._fit(windows, positions):
            raise FormatError(f"{SOURCE}: the file is damaged: it makes its reader answer nonsense.")
        quality, steps = (tuple(map(str, facts[name])) for name in ("quality", "steps"))
        prepared = Prepared(windows, positions.astype(np.int64), quality, steps)
        return Parsed(str(facts["file"]), prepared, facts, arrays)

    def _fit(self, windows: NDArray[Any], positions: NDArray[Any]) -> bool:
        """Whether this is what `prepare_recording` gives for the model and a recording that is not too long."""
        rate_hz, most = self._model.rate_hz, round(self._model.rate_hz * self._model.duration_s)
        return bool(
            windows.ndim == 3
            and windows.shape[0] > 0
            and 0 < windows.shape[1] <= most
            and windows.shape[2] == len(self._model.leads)
            and windows.shape[:2] == positions.shape
            and 0 <= positions.min() <= positions.max() <= self._longest_s * rate_hz
            and np.isfinite(windows).all()
        )
