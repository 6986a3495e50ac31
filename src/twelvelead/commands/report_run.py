"""Write the report of an evaluated run: `report.html`, `report.pdf` and `MODEL_CARD.md`, all from the same result."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from twelvelead.commands.gather_run import gather_run
from twelvelead.errors import CheckpointError, DataError, TwelveleadError, needs_extra
from twelvelead.files import atomic_path, write_text
from twelvelead.report.run.compose import compose
from twelvelead.report.run.html import render_html
from twelvelead.report.run.model_card import render_model_card
from twelvelead.report.run.pdf import render_pdf
from twelvelead.report.save import figure_bytes
from twelvelead.training.run_folder import HTML_REPORT, METRICS_FILE, MODEL_CARD, PDF_REPORT

__all__ = ["RunReport", "report_run"]


@dataclass(frozen=True)
class RunReport:
    """What `report_run` wrote."""

    html: Path
    pdf: Path | None
    """None where the PDF could not be made."""
    model_card: Path
    pdf_missing: str = ""
    """Why there is no PDF, in a sentence."""

    @property
    def files(self) -> list[Path]:
        """All files written."""
        return [path for path in (self.html, self.pdf, self.model_card) if path]


def report_run(
    run: str | Path,
    *,
    data_dir: str | Path | None = None,
    out: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> RunReport:
    """Report on a run that `evaluate_run` has evaluated.

    Args:
        run: the run folder.
        data_dir: the data folder, where it is not where it was; ECGs are drawn from it.
        out: folder for the report; the run folder if not given.
        progress: told what is being done.

    Raises:
        CheckpointError: the run is not evaluated, or its files do not belong together.
    """
    run = Path(run)
    say = progress or (lambda text: None)
    folder = Path(out or run)
    if folder.exists() and not folder.is_dir():
        raise DataError(f"{folder} is a file; name a folder for the report.")
    try:
        material, figures = gather_run(run, Path(data_dir) if data_dir else None, say)
        document = compose(material)
    except (LookupError, TypeError, AttributeError) as error:
        path = run / METRICS_FILE
        raise CheckpointError(
            f"{path} is damaged or of another version ({error!r}); evaluate the run again."
        ) from error
    drawn = {name: figure_bytes(figure, "svg") for name, figure in figures.items()}
    say("writing the report")
    page, card = render_html(document, drawn), render_model_card(document, material)
    missing = _no_typst()
    pdf = b"" if missing else render_pdf(document, drawn)
    write_text(folder / HTML_REPORT, page)
    write_text(folder / MODEL_CARD, card)
    _write_pdf(folder / PDF_REPORT, pdf)
    return RunReport(folder / HTML_REPORT, folder / PDF_REPORT if pdf else None, folder / MODEL_CARD, missing)


def _no_typst() -> str:
    """Why there can be no PDF, in a sentence; "" where typst is installed."""
    try:
        with needs_extra("report"):
            import typst  # noqa: F401
    except TwelveleadError as error:
        return f"No PDF: {error}"
    return ""


def _write_pdf(path: Path, content: bytes) -> None:
    if not content:
        path.unlink(missing_ok=True)  # an older one would say something else than the page beside it
        return
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)
