"""`twelvelead serve`: options, help, what is printed."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from twelvelead.cli_commands.shared import EPILOGUE, Switch
from twelvelead.config import Device
from twelvelead.errors import ConfigError
from twelvelead.progress import say

if TYPE_CHECKING:
    from twelvelead.web.settings import Settings

__all__ = ["serve"]


def serve(
    *,
    run: str | None = None,
    port: int = 8000,
    host: str = "127.0.0.1",
    token_file: Path | None = None,
    allow_host: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    workers: int = 2,
    max_upload_mb: int = 32,
    max_wait: float = 1.0,
    device: Device = "auto",
    open_: Annotated[Switch, Parameter(name="--open")] = False,
) -> int:
    """Serve a trained model: a web page that shows and classifies ECG files, and an HTTP API behind it.

    Nothing that is uploaded is kept or logged. Ctrl-C ends it.

    Examples:
      twelvelead serve --open
      twelvelead serve --run runs/try --port 9000
      twelvelead serve --host 0.0.0.0 --token-file token.txt

    Parameters
    ----------
    run
        Run folder with a trained model, an ONNX file of `twelvelead export`, or the name of a model that comes with
        twelvelead. Default: the best of those.
    port
        To listen at; 0: any that is free.
    host
        Address to listen at. Others than this machine's own can be reached by anybody: give a token.
    token_file
        File with the secret that clients must send as `Authorization: Bearer TOKEN`; or the environment's
        TWELVELEAD_TOKEN.
    allow_host
        Further name by which clients may call the service, such as that of the proxy before it; may be repeated.
    workers
        Processes that read uploads.
    max_upload_mb
        Largest upload, MiB; at most 256.
    max_wait
        Seconds that a request may wait for its turn; one that would wait longer is told at once to try again later.
    device
        Where to compute; auto takes the GPU if there is one.
    open_
        Open the page in a browser.
    """
    from twelvelead.inference.predict import load
    from twelvelead.inference.shipped import find_model
    from twelvelead.web.serving import serve as run_service
    from twelvelead.web.settings import MIB, Settings

    settings = Settings(
        host=host,
        port=port,
        token=_token(token_file),
        allowed_hosts=allow_host,
        parsers=workers,
        upload_bytes=max_upload_mb * MIB,
        wait_seconds=max_wait,
    )
    _warn(settings)
    path = find_model(run)
    model = load(path, device)

    def ready(address: str) -> None:
        print(f"{address}  (model: {path.name}; Ctrl-C ends it)\n{EPILOGUE}", flush=True)
        if open_:
            import webbrowser

            webbrowser.open(address)

    try:
        run_service(model, path, settings, ready)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("the service has ended.") from None
    return 0


def _token(file: Path | None) -> str | None:
    from twelvelead.web.settings import TOKEN_VARIABLE

    if file is None:
        return os.environ.get(TOKEN_VARIABLE) or None
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"--token-file {file} cannot be read: {getattr(error, 'strerror', 'it is no text')}."
        ) from None


def _warn(settings: "Settings") -> None:
    if not settings.is_local and settings.token is None:
        say(f"warning: anybody who reaches {settings.host} can use this service; give it a token (--token-file).")
