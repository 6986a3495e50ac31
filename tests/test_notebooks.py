"""The committed notebook: kept without outputs, complete, and carried out on a small simulated set into a PDF."""

import ast
import io
import json
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from twelvelead.cli import main

NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks" / "apprentissage_ecg.ipynb"
CONTENT = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
SECTIONS = {
    "1.1 Chargement des librairies",
    "1.2 Fonction de chargement des données",
    "1.3 Déclaration de variables globales",
    "1.4 Chargement des données",
    "1.5 Fonction de traitement des étiquettes",
    "1.6 Filtrage et traitement automatique des étiquettes (classes)",
    "1.7 Fonction pour stratification apprentissage-validation-test",
    "1.8 Création d'une partition avec stratification",
    "1.9 Vérification des effectifs des classes dans les trois jeux données",
    "1.10 Partie 1. Standardisation des ECG",
    "1.11 Une classe utilitaire pour créer des tenseurs PyTorch",
    "1.12 Création des trois itérateurs sur les jeux de données apprentissage, validation et test",
    "1.13 Fonction pour tracer un ECG",
    "1.14 Partie 2. Création d'un modèle CNN_LSTM",
    "1.15 Partie 3. Entraînement du modèle",
    "1.16 Quelques fonctions utilitaires",
    "1.17 Partie 4. Entraînement et évaluation du modèle",
    "1.18 Instructions à respecter",
}


def source(cell: dict[str, object]) -> str:
    return "".join(cell["source"])  # type: ignore[arg-type]


def test_it_is_kept_without_outputs() -> None:
    assert (CONTENT["nbformat"], CONTENT["nbformat_minor"]) == (4, 5)
    for cell in CONTENT["cells"]:
        assert re.fullmatch(r"[a-z0-9-]+", cell["id"])
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None, cell["id"]
    assert len({cell["id"] for cell in CONTENT["cells"]}) == len(CONTENT["cells"])


def test_every_section_of_the_assignment_is_there_in_order() -> None:
    prose = "\n".join(source(cell) for cell in CONTENT["cells"] if cell["cell_type"] == "markdown")
    found = re.findall(r"^## (1\..*)$", prose, re.MULTILINE)
    assert set(found) == SECTIONS and len(found) == len(SECTIONS)
    assert [float(title.split()[0].split(".")[1]) for title in found] == list(range(1, 19))


def test_what_the_assignment_asks_for_is_written_out() -> None:
    code = [source(cell) for cell in CONTENT["cells"] if cell["cell_type"] == "code"]
    plain = "\n".join(line for text in code for line in text.splitlines() if not line.startswith("%"))
    defined = {n.name for n in ast.walk(ast.parse(plain)) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    assert {"normalize_ecg", "CNN_LSTM", "train_model"} <= defined
    assert max(len(line) for text in code for line in text.splitlines()) <= 100, "would be broken on paper"


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    folder = tmp_path_factory.mktemp("notebook")
    words = ["--set", "SIMULATED_RECORDS=80", "--set", "NUM_EPOCHS=1", "--set", "MIN_SAMPLES_PER_CLASS=5"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["notebook", str(NOTEBOOK), *words, "--out", "prenom_nom.pdf"]) == 0
    assert {path.name for path in folder.iterdir()} == {"prenom_nom.pdf", "ptbxl_simule", "results"}
    return PdfReader(io.BytesIO((folder / "prenom_nom.pdf").read_bytes()))


def test_it_runs_and_every_result_is_in_the_pdf(pdf: PdfReader) -> None:
    shown = " ".join(" ".join(page.extract_text() for page in pdf.pages).replace("’", "'").split())
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Classification des ECG de la base de données PTB-XL"
    for section in SECTIONS:
        assert section in shown
    for result in (
        "Dimensions du signal (ecg, temps, derivation): (80, 1000, 12)",
        "==== Distribution initiales des classes ===",
        "Ensemble de test: ",
        "twelvelead.stratified_split",
        "Plus grande différence de probabilité",
        "Cycle 1/1 - Train Loss:",
        "==== Scores AUC-ROC ===",
        "AUC moyenne (macro)",
        "seuil choisi",
    ):
        assert result in shown, result
    assert "Traceback" not in shown and "Warning" not in shown


def test_it_has_a_reasonable_length(pdf: PdfReader) -> None:
    assert 8 <= len(pdf.pages) <= 20
