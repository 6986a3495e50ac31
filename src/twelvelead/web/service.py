"""`Service`: the parts that answer requests, started and ended together."""

from pathlib import Path
from typing import Any

import numpy as np

from twelvelead.errors import TwelveleadError
from twelvelead.inference.predict import Model, Prediction
from twelvelead.web.about_model import about_model
from twelvelead.web.batcher import Batcher
from twelvelead.web.explaining import Explaining
from twelvelead.web.metrics import Metrics
from twelvelead.web.parsing import Parsed, Parsers
from twelvelead.web.pictures import Pictures
from twelvelead.web.settings import Settings

__all__ = ["Service"]


class Service:
    """A model with all that stands around it.

    Args:
        model: that answers.
        path: its folder or file, for what is said about it.
        settings: of the service.
        parsers: in place of the usual ones, for tests.
    """

    def __init__(self, model: Model, path: Path, settings: Settings, parsers: Parsers | None = None) -> None:
        self.model = model
        self.settings = settings
        self.metrics = Metrics()
        self.parsers = parsers or Parsers(model.info, settings, self.metrics.refused)
        self.batcher = Batcher(
            model.score, settings.waiting, settings.answer_seconds, settings.wait_seconds, self.metrics.computed
        )
        self.pictures = Pictures(settings.answer_seconds)
        self.explaining = Explaining(model, path, settings.answer_seconds)
        self.about: dict[str, Any] = about_model(model.info, path, self.explaining.about, settings.upload_bytes)
        self.metrics.watch("parsers", self.parsers.pool.lane)
        self.metrics.watch("model", self.batcher)
        self.metrics.watch("explanations", self.explaining.lane)
        self.metrics.watch("pictures", self.pictures.pool.lane)

    def __enter__(self) -> "Service":
        """Start what computes and what parses; returns when all of it is ready.

        Raises:
            TwelveleadError: the parsers do not start.
        """
        self.parsers.pool.start()
        self.batcher.start()
        try:
            self._warm_up()
            if not self.parsers.pool.wait_until_ready():
                raise TwelveleadError("the processes that read uploads do not start.")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End it all."""
        self.parsers.pool.close()
        self.pictures.pool.close()
        self.explaining.lane.close()
        self.batcher.close()

    def _warm_up(self) -> None:
        """Compute once, so that no upload waits for what that loads."""
        info = self.model.info
        samples = round(info.rate_hz * info.duration_s)
        self.model.score([np.zeros((1, samples, len(info.leads)), dtype=np.float32)])

    @property
    def is_well(self) -> bool:
        """Whether an upload would be answered."""
        return self.parsers.pool.alive > 0 and self.batcher.alive

    def check_room(self) -> None:
        """See whether an upload would be answered in time, before any of its body is taken.

        Raises:
            Refused: too many wait already, or it would wait too long for a parser and then for the model.
        """
        self.batcher.check()
        self.parsers.pool.lane.check(self.batcher.expected_s)

    async def predict(self, parsed: Parsed) -> Prediction:
        """The answer for an upload: the same as `twelvelead predict` gives for its file."""
        scores = await self.batcher.score(parsed.prepared.windows_mv)
        return self.model.answer(parsed.file, parsed.prepared, scores)
