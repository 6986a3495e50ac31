"""What each address of the API does."""

from dataclasses import asdict
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from twelvelead.formats.recording import printable
from twelvelead.web.examples import EXAMPLES, example_csv
from twelvelead.web.metrics import CONTENT_TYPE
from twelvelead.web.parsing import Parsed, Want
from twelvelead.web.pictures import CHOICES, MEDIA_TYPES, picture_file
from twelvelead.web.refusal import Refused, busy
from twelvelead.web.service import Service

__all__ = ["Endpoints"]

FORM_TYPE = "multipart/form-data"


class Endpoints:
    """The functions behind the addresses.

    Args:
        service: that does the work.
    """

    def __init__(self, service: Service) -> None:
        self._service = service

    @property
    def explain_choices(self) -> dict[str, list[str]]:
        """Fields of the form of `explain` and what is allowed in them, the default first."""
        about = self._service.about
        return {"class": about["classes"], "method": about["explain"]["methods"] or ["none"]}

    async def model(self) -> Response:
        """What model is served, what it takes and what its answers mean."""
        return JSONResponse(self._service.about)

    async def examples(self) -> Response:
        """Simulated ECGs to try the service with."""
        return JSONResponse([asdict(example) for example in EXAMPLES])

    async def example(self, request: Request) -> Response:
        """The file of one simulated ECG."""
        name = request.path_params["name"]
        found = next((example for example in EXAMPLES if example.name == name), None)
        if found is None:
            raise Refused(404, f"there is no such example; allowed are {', '.join(e.name for e in EXAMPLES)}.")
        return Response(example_csv(found.name), media_type="text/csv", headers=_named(found.file))

    async def predict(self, request: Request) -> Response:
        """Probabilities and decisions for an ECG: the object that `twelvelead predict --json` prints."""
        parsed = await self._parsed(request, "windows")
        return JSONResponse((await self._service.predict(parsed)).to_json())

    async def ecg(self, request: Request) -> Response:
        """The same, with the signal to be drawn."""
        parsed = await self._parsed(request, "shown")
        answer = await self._service.predict(parsed)
        return JSONResponse(
            {
                **answer.to_json(),
                "recording": parsed.facts["shown"],
                "thresholds": self._service.about["thresholds"],
                "file_bytes": parsed.facts["file_bytes"],
                "format": parsed.facts["format"],
            }
        )

    async def explain(self, request: Request) -> Response:
        """Which leads and moments speak for a class."""
        self._service.explaining.check()
        parsed = await self._parsed(request, "windows", self.explain_choices)
        return JSONResponse(await self._service.explaining.explain(parsed))

    async def picture(self, request: Request) -> Response:
        """The ECG on ECG paper with its result, as PNG or PDF."""
        self._service.pictures.pool.lane.check()
        parsed = await self._parsed(request, "paper", CHOICES)
        answer = await self._service.predict(parsed)
        picture = await self._service.pictures.draw(parsed, answer)
        media_type = MEDIA_TYPES[parsed.facts["choices"]["format"]]
        return Response(picture, media_type=media_type, headers=_named(picture_file(parsed)))

    async def health(self) -> Response:
        """Whether an upload would be answered."""
        if not self._service.is_well:
            raise busy("the processes that read uploads, or the model, are down", "health", "down")
        return JSONResponse({"status": "ok"})

    async def metrics(self) -> Response:
        """Counts and times in Prometheus' text format."""
        return Response(self._service.metrics.text(), media_type=CONTENT_TYPE)

    async def _parsed(self, request: Request, want: Want, choices: Any = None) -> Parsed:
        content_type = request.headers.get("content-type", "")
        kind = content_type.partition(";")[0].strip().lower()
        if kind != FORM_TYPE:
            raise Refused(
                400,
                f"the request is no multipart/form-data but {printable(kind) or 'of no type'}; send the ECG as a form "
                "with the field 'file', as `curl -F file=@ecg.csv` does.",
            )
        self._service.check_room()
        try:
            body = await request.body()
        except ClientDisconnect:
            raise Refused(400, "the upload was broken off.") from None
        return await self._service.parsers.parse(content_type, body, want, choices)


def _named(file: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{file}"'}
