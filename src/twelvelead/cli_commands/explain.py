"""`twelvelead explain`: options, help, what is printed."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from twelvelead.cli_commands.shared import Json, print_json, reading_hints, say_model
from twelvelead.config import Device, ExplainMethod, MissingLeads
from twelvelead.errors import ConfigError

__all__ = ["explain"]


def explain(
    file: Path,
    /,
    *,
    class_: Annotated[str | None, Parameter(name="--class")] = None,
    method: ExplainMethod = "integrated_gradients",
    run: str | None = None,
    device: Device = "auto",
    json_: Json = False,
    csv: Path | None = None,
    plot: Path | None = None,
    layout: Literal["3x4+1", "6x2", "12x1"] = "3x4+1",
    rate: float | None = None,
    leads: str | None = None,
    unit: str | None = None,
    missing_leads: MissingLeads = "refuse",
) -> None:
    """Explain an ECG's probability of a class: which leads and times speak for it, and which against it.

    Examples:
      twelvelead explain ecg.dcm --class MI --plot explained.png
      twelvelead explain ecg.dcm --class MI --run runs/first --method grad_cam
      twelvelead explain export.csv --class CD --rate 500 --unit uV --json

    Parameters
    ----------
    file
        ECG file (`twelvelead formats` lists what is known) of at most 60 s; - for one on standard input.
    class_
        One of the model's classes, whether the model finds it present or not: NORM, MI, STTC, CD or HYP of the models
        that come with twelvelead. Without one, the error lists the model's.
    method
        integrated_gradients: by sample and lead, in logits; grad_cam: over time only, for networks with a map of
        features.
    run
        Run folder with a trained model, or the name of a model that comes with twelvelead. Default: the best of those.
    device
        Where to compute; auto takes the GPU if there is one.
    json_
        A JSON object on stdout: probability, logits, shares by lead and over time.
    csv
        Table to write: the attribution of every sample.
    plot
        Picture to write, .png, .pdf or .svg: the ECG on paper with the attribution behind its traces.
    layout
        Of the leads in the picture.
    rate
        Samples per second, for files that do not say it.
    leads
        Lead names in the file's order, with commas between, for files that do not name them.
    unit
        Unit of the samples, such as mV or uV, for files that do not say it.
    missing_leads
        zero: explain without leads that are not there and cannot be derived, with a flat line in their place.
    """
    if csv and csv.suffix.lower() != ".csv":
        raise ConfigError(f"--csv {csv}: the file's name must end in .csv.")
    if plot and plot.suffix.lower() not in (".png", ".pdf", ".svg"):
        raise ConfigError(f"--plot {plot}: the file's name must end in .png, .pdf or .svg.")
    from twelvelead.commands import explain_file as job
    from twelvelead.inference.predict import load
    from twelvelead.inference.shipped import find_model
    from twelvelead.report.save import save_figure

    hints = reading_hints(rate, leads, unit, missing_leads)
    folder = find_model(run)
    job.check_request(folder, file, class_)
    model = load(folder, device)
    found = job.explain_file(model, file, class_ or "", method, hints)
    if run is None:
        say_model(folder)
    if csv:
        job.write_attribution(found, csv)
    if plot:
        save_figure(job.plot_explanation(found, layout), plot)
    if json_:
        print_json(found.to_json())
    else:
        print(job.describe_explanation(found))
