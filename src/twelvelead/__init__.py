"""twelvelead: from PTB-XL to a trained, evaluated 12-lead ECG classifier.

Research software: not a medical device, not for diagnosis.
The public names; each is imported when it is first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from twelvelead.commands.archive.score import score
    from twelvelead.commands.compare_runs import compare_runs
    from twelvelead.commands.evaluate_arrays import evaluate_arrays
    from twelvelead.commands.evaluate_predictions import evaluate_predictions
    from twelvelead.commands.evaluate_run import evaluate_run
    from twelvelead.commands.explain_file import plot_explanation
    from twelvelead.commands.export_run import export_run
    from twelvelead.commands.report_run import report_run
    from twelvelead.config import DataOptions, TrainOptions
    from twelvelead.data.download import download
    from twelvelead.data.labels import SUPERCLASSES, TASKS, make_labels
    from twelvelead.data.metadata import read_metadata
    from twelvelead.data.parts import load_parts
    from twelvelead.data.simulate import simulate_dataset, simulate_ecg
    from twelvelead.data.splits import fold_split, stratified_split
    from twelvelead.data.store import SignalStore, prepare
    from twelvelead.errors import TwelveleadError
    from twelvelead.formats.wfdb import read_wfdb
    from twelvelead.inference.predict import load
    from twelvelead.inference.predictor import Predictor
    from twelvelead.leads import LEADS
    from twelvelead.models.checkpoint import load_classifier
    from twelvelead.models.classifier import Classifier
    from twelvelead.report.ecg_paper import plot_ecg
    from twelvelead.report.save import save_figure
    from twelvelead.training.train import train

_HOMES = {
    "Classifier": "twelvelead.models.classifier",
    "DataOptions": "twelvelead.config",
    "LEADS": "twelvelead.leads",
    "Predictor": "twelvelead.inference.predictor",
    "SUPERCLASSES": "twelvelead.data.labels",
    "SignalStore": "twelvelead.data.store",
    "TASKS": "twelvelead.data.labels",
    "TrainOptions": "twelvelead.config",
    "TwelveleadError": "twelvelead.errors",
    "compare_runs": "twelvelead.commands.compare_runs",
    "download": "twelvelead.data.download",
    "evaluate_arrays": "twelvelead.commands.evaluate_arrays",
    "evaluate_predictions": "twelvelead.commands.evaluate_predictions",
    "evaluate_run": "twelvelead.commands.evaluate_run",
    "export_run": "twelvelead.commands.export_run",
    "fold_split": "twelvelead.data.splits",
    "load": "twelvelead.inference.predict",
    "load_classifier": "twelvelead.models.checkpoint",
    "load_parts": "twelvelead.data.parts",
    "make_labels": "twelvelead.data.labels",
    "plot_ecg": "twelvelead.report.ecg_paper",
    "plot_explanation": "twelvelead.commands.explain_file",
    "prepare": "twelvelead.data.store",
    "read_metadata": "twelvelead.data.metadata",
    "read_wfdb": "twelvelead.formats.wfdb",
    "report_run": "twelvelead.commands.report_run",
    "save_figure": "twelvelead.report.save",
    "score": "twelvelead.commands.archive.score",
    "simulate_dataset": "twelvelead.data.simulate",
    "simulate_ecg": "twelvelead.data.simulate",
    "stratified_split": "twelvelead.data.splits",
    "train": "twelvelead.training.train",
}

__all__ = [
    "LEADS",
    "SUPERCLASSES",
    "TASKS",
    "Classifier",
    "DataOptions",
    "Predictor",
    "SignalStore",
    "TrainOptions",
    "TwelveleadError",
    "__version__",
    "compare_runs",
    "download",
    "evaluate_arrays",
    "evaluate_predictions",
    "evaluate_run",
    "export_run",
    "fold_split",
    "load",
    "load_classifier",
    "load_parts",
    "make_labels",
    "plot_ecg",
    "plot_explanation",
    "prepare",
    "read_metadata",
    "read_wfdb",
    "report_run",
    "save_figure",
    "score",
    "simulate_dataset",
    "simulate_ecg",
    "stratified_split",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'twelvelead' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
