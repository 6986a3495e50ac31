"""Export a run's model as one file for other programs; the file is run, and compared, before it gets its name."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from twelvelead.commands.judged_export import Judgement, calibration_batches, judge, judged_parts
from twelvelead.data.parts import DataParts
from twelvelead.errors import CheckpointError, ConfigError, DataError, require_choice
from twelvelead.files import atomic_path
from twelvelead.inference.backend import Backend
from twelvelead.inference.export.likeness import TOLERANCE, largest_difference, likeness_batches
from twelvelead.inference.export.onnx_model import add_metadata, to_onnx
from twelvelead.inference.export.quantize import quantize
from twelvelead.inference.export.torch_program import TorchProgram, to_torch_program
from twelvelead.inference.exported import export_metadata
from twelvelead.inference.model_digests import model_digests
from twelvelead.inference.onnx_predictor import OnnxPredictor
from twelvelead.inference.predictor import Predictor
from twelvelead.inference.shipped import find_model
from twelvelead.leads import LEADS
from twelvelead.models.checkpoint import load_classifier
from twelvelead.models.classifier import Classifier
from twelvelead.training.run_folder import CONFIG_FILE, EXPORTED_FILES

__all__ = ["LARGEST_FALL", "Export", "Format", "export_run"]

Format = Literal["onnx", "torch"]

SUFFIXES = {"onnx": ".onnx", "torch": ".pt2"}

LARGEST_FALL = 0.002
"""Of macro AUC on the validation part, for a file of 8 bits; a worse one is not written."""


@dataclass(frozen=True)
class Export:
    """What `export_run` wrote, and how it compares with the classifier."""

    file: Path
    size: int
    """Bytes."""
    largest_difference: float
    """Of a probability, from PyTorch's, on simulated ECGs in batches of 1, 4 and 7."""
    tolerance: float | None
    """Largest that is allowed; None for 8 bits, which macro AUC judges."""
    judgement: Judgement | None
    """On the validation part, where data were given."""

    def to_json(self) -> dict[str, Any]:
        """What `export --json` prints."""
        found = self.judgement
        validation = found and {
            "records": found.records,
            "macro_auc_before": found.macro_auc_before,
            "macro_auc_after": found.macro_auc_after,
            "change": found.change,
            "largest_difference": found.largest_difference,
        }
        return {
            "file": str(self.file),
            "bytes": self.size,
            "largest_difference": self.largest_difference,
            "tolerance": self.tolerance,
            "validation": validation,
        }


def export_run(
    run: str | Path,
    *,
    format: Format = "onnx",
    int8: bool = False,
    data_dir: str | Path | None = None,
    out: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Export:
    """Export a whole classifier: `(batch, time, lead)` float32 millivolts in, `(batch, class)` probabilities out.

    Args:
        run: a run folder of `train`, or the name of a model that comes with the package.
        format: "onnx", or "torch" for a program of `torch.export`.
        int8: weights of 8 bits, ONNX only; needs `data_dir`.
        data_dir: PTB-XL, on whose validation part, the run's own, the file is judged.
        out: the file; default: `model.onnx`, `model.int8.onnx` or `model.pt2` in the run folder, for a model that comes
            with the package `NAME.onnx` and so on here.
        progress: told what is being done.

    Raises:
        CheckpointError: there is no such model, or its file does not give what it gives.
        ConfigError: options that exclude each other.
        DataError: macro AUC falls by more than `LARGEST_FALL`, or the data cannot judge.
    """
    say = progress or (lambda text: None)
    path = _check(run, format, int8, data_dir, out)
    model = find_model(run)
    classifier = _load(model)
    parts = judged_parts(model, Path(data_dir), classifier.info) if data_dir else None
    facts = {
        "format": format,
        "numbers": "int8" if int8 else "float32",
        "sha256": model_digests(model),
    }
    metadata = export_metadata(classifier.info, **facts)
    say("exporting")
    content = _onnx(classifier, metadata, parts if int8 else None) if format == "onnx" else None
    with atomic_path(path) as temporary:
        temporary.write_bytes(content if content is not None else to_torch_program(classifier, metadata))
        say("comparing")
        return _compare(classifier, temporary, path, parts, format, int8)


def _check(run: str | Path, format: str, int8: bool, data_dir: str | Path | None, out: str | Path | None) -> Path:
    """The file to write, once the options are known to make sense."""
    require_choice("--format", format, get_args(Format))
    if int8 and format != "onnx":
        raise ConfigError("--int8 has no meaning with --format torch; use --format onnx.")
    if int8 and data_dir is None:
        raise ConfigError("--int8 needs records to judge the result on: --data PTBXL.")
    suffix = SUFFIXES[format]
    if out is None:
        name = EXPORTED_FILES[format, int8]
        inside = (Path(run) / CONFIG_FILE).is_file()
        return Path(run) / name if inside else Path(name.replace("model", Path(run).resolve().name, 1))
    if Path(out).suffix != suffix or Path(out).is_dir():
        raise ConfigError(f"--out {out}: the file's name must end in {suffix}.")
    return Path(out)


def _load(model: Path) -> Classifier:
    if model.is_file():
        raise CheckpointError(f"{model} is a file; export the run folder that it was made of.")
    classifier = load_classifier(model)
    if classifier.info.leads != LEADS:
        raise CheckpointError(
            f"the model takes the leads {', '.join(classifier.info.leads)}; exported is {', '.join(LEADS)}."
        )
    return classifier


def _onnx(classifier: Classifier, metadata: dict[str, str], parts: DataParts | None) -> bytes:
    """The content of an ONNX file; with weights of 8 bits where there are records to take ranges from."""
    model = to_onnx(classifier)
    if parts:
        model = quantize(model, calibration_batches(parts))
    add_metadata(model, metadata)
    content: bytes = model.SerializeToString()
    return content


def _compare(
    classifier: Classifier, temporary: Path, path: Path, parts: DataParts | None, format: Format, int8: bool
) -> Export:
    """Run the file and hold it against the classifier.

    Raises:
        CheckpointError: a probability differs by more than is allowed.
        DataError: macro AUC falls by more than is allowed.
    """
    predictor = Predictor(classifier)
    exported: Backend = OnnxPredictor(temporary) if format == "onnx" else TorchProgram(temporary, classifier.info)
    batches = likeness_batches(classifier.info)
    difference = largest_difference(predictor, batches, [exported.predict(batch) for batch in batches])
    judgement = judge(predictor, exported, parts) if parts else None
    if not int8:
        largest = max(difference, judgement.largest_difference if judgement else 0.0)
        if not largest <= TOLERANCE:
            raise CheckpointError(
                f"{path} is not written: its probabilities differ from PyTorch's by up to {largest:.2g}; allowed is "
                f"{TOLERANCE:g}."
            )
    elif judgement and not judgement.change >= -LARGEST_FALL:
        raise DataError(
            f"{path} is not written: with 8 bits macro AUC falls from {judgement.macro_auc_before:.4f} to "
            f"{judgement.macro_auc_after:.4f} on {judgement.records} validation records; allowed is a fall of "
            f"{LARGEST_FALL:g}. Export without --int8."
        )
    tolerance = None if int8 else TOLERANCE
    return Export(path, temporary.stat().st_size, difference, tolerance, judgement)
