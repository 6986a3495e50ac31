"""Make the models that come with the package: trained, calibrated, described.

    python experiments/ship_weights.py ptbxl --claims claims/claims.json --out build/ship

Trains each recipe of `SHIPPED` on folds 1-8; fold 9 keeps the epoch, the temperature and the thresholds. Writes
`src/twelvelead/weights/NAME/` with `model.json`, `model.safetensors` and `MODEL_CARD.md`; the card's scores are those
of `experiments/claims.py`, where the same recipe was trained on folds 1-7 and judged on fold 9. An interrupted training
goes on.
"""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template

from recipes import complete, read_recipe, train_run
from twelvelead.config import DataOptions
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.parts import DataParts, load_parts
from twelvelead.evaluation.calibration import fit_temperature
from twelvelead.evaluation.thresholds import BEST_F1, choose_thresholds
from twelvelead.files import write_text
from twelvelead.inference.predictor import Predictor
from twelvelead.models.checkpoint import load_classifier, save_classifier
from twelvelead.models.classifier import Classifier
from twelvelead.progress import say

REPO = Path(__file__).resolve().parents[1]
CARD = Path(__file__).with_name("shipped_card.md.jinja")
WEIGHTS = REPO / "src" / "twelvelead" / "weights"
SHIPPED = ("resnet1d_wang", "cnn_lstm")
WHOLE = 21_799
"""Records of PTB-XL 1.0.3."""


def main() -> None:
    """Train, calibrate and write each model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="PTB-XL's folder")
    parser.add_argument("--claims", type=Path, required=True, help="claims.json of experiments/claims.py")
    parser.add_argument("--out", type=Path, default=Path("build/ship"), help="folder for the runs")
    parser.add_argument("--store", type=Path, help="folder for the signal store")
    chosen = parser.parse_args()
    claims = json.loads(chosen.claims.read_text(encoding="utf-8"))
    data = DataOptions(store=chosen.store, train_folds="1-8", val_folds="9", test_folds="10")
    for name in SHIPPED:
        recipe = complete(read_recipe(name), chosen.data, chosen.out / "teachers", data)
        run = train_run(chosen.data, chosen.out / name, data, recipe, seed=0)
        parts = load_parts(chosen.data, data)
        classifier = _calibrated(load_classifier(run), parts)
        folder = WEIGHTS / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        save_classifier(classifier, folder)
        write_text(folder / "MODEL_CARD.md", _card(name, classifier, claims))
        say(f"{folder}: {sum(path.stat().st_size for path in folder.iterdir()) / 1e6:.1f} MB")


def _calibrated(classifier: Classifier, parts: DataParts) -> Classifier:
    """With temperature and thresholds of the validation part."""
    _, rows, labels = parts.part("val")
    records = RecordDataset(parts.store.signals, rows, labels)
    classifier.change_temperature(fit_temperature(labels, Predictor(classifier).predict_dataset(records)))
    scores = Predictor(classifier).predict_dataset(records)
    classifier.set_thresholds(choose_thresholds(labels, scores), BEST_F1.description)
    classifier.note_training(data="PTB-XL 1.0.3, in part")  # not the folder where it happened to lie
    return classifier


def _card(name: str, classifier: Classifier, claims: dict[str, Any]) -> str:
    info = classifier.info
    return Template(CARD.read_text(encoding="utf-8"), undefined=StrictUndefined, keep_trailing_newline=True).render(
        name=name,
        info=info,
        seeds=claims["seeds"],
        row=claims["recipes"][name],
        base=claims["recipes"]["assignment"],
        trained=info.trained_on["parts"],
        thresholds=", ".join(f"{c} {t:.2f}" for c, t in zip(info.classes, info.decision_thresholds)),
        whole=WHOLE,
    )


if __name__ == "__main__":
    main()
