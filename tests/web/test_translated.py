"""The page's French for the service's sentences: none is missing, none is of no sentence, none loses a value.

The English sentences are taken from the code that makes them. All French texts of the page are set as French is in
print.
"""

import ast
import json
import re
from pathlib import Path

import pytest

import twelvelead
from twelvelead.web.parser_process import _for_the_web

PACKAGE = Path(twelvelead.__file__).parent
TEXTS = PACKAGE / "web" / "page" / "texts"

ERRORS = {"FormatError", "ConfigError", "DataError", "TwelveleadError", "Refused", "busy"}

TOLD = [
    *(f"formats/{name}.py" for name in ("arrays", "contract", "limits", "recording", "registry", "wfdb", "delimited")),
    *(f"inference/{name}.py" for name in ("amplitude", "lead_selection", "prepare", "windows", "explain/explain")),
    *(
        f"web/{name}.py"
        for name in (
            "admission", "app", "batcher", "body_limit", "endpoints", "form", "packed_arrays", "parser_process",
            "pictures", "process_pool", "security", "uploaded_recording",
        )
    ),
]  # fmt: skip
"""Modules all of whose errors have a translation; of other readers those that a whole file of that format may give."""

NOTING = [
    *(f"formats/{name}.py" for name in ("delimited", "dicom", "edf", "hdf5", "hl7_aecg", "matlab", "muse")),
    *(f"formats/{name}.py" for name in ("xml_values", "scp/rebuild", "scp/sections")),
    *(f"inference/{name}.py" for name in ("calibration_pulse", "lead_selection", "quality", "prepare", "windows")),
    "inference/amplitude.py",
    "inference/explain/explanation.py",
]
"""Modules that say what was done to a signal, or what is doubtful about it."""

PARTS_OF_ERRORS = {
    "sequences within sequences without end", "the number of signals", "the number of data records",
    "a number of samples", "the scale of {}", "the origin of {}", "the time increment", "HL7 aECG", "GE MUSE XML",
    "lead definitions", "rhythm data", "missing leads", "counts as missing", "{}: the HDF5 file is damaged.",
    "{} mV above 25 Hz between the beats", "the baseline wanders by {} mV", "{:.3f} mV above 25 Hz between the beats",
    "the baseline wanders by {:.1f} mV",
}  # fmt: skip
"""In those modules, but no sentence on a signal."""

MADE_ELSEWHERE = {
    "lead {} noisy ({} mV above 25 Hz between the beats)",
    "lead {} drifting (the baseline wanders by {} mV)",
    "{} is {}; allowed are {}.{}",
    "{}: the file is damaged: it {}.",
    "the upload: the file is damaged: it makes its reader answer nonsense.",
    "the upload: too large to be read within the memory limit.",
    "the upload is too large; at most {} MiB are taken.",
    "the wait for {} would be {} s, more than {} s; try again in {} s.",
    "the wait for {} was more than {} s; try again in {} s.",
    "the service met an error of its own.",
    "there is nothing here.",
    "this address does not take this method.",
    "the request cannot be answered.",
    "an exported file has no gradients to explain its answers by; serve the run that it was made from.",
    "explaining needs captum: pip install 'twelvelead[explain]'.",
}
"""Put together from several places, or no argument of an error."""


def marked(file: str, name: str) -> dict[str, str]:
    """The pairs of a list of translations, one a line, with {name} where names are put in."""
    text = (TEXTS / file).read_text(encoding="utf-8").partition(f"export const {name} = [")[2].partition("\n];")[0]
    pairs = [json.loads(line.strip().rstrip(",")) for line in text.splitlines() if line.strip()]
    assert len(pairs) == len({english for english, _ in pairs}), "a sentence is there twice"
    return dict(pairs)


def table(file: str, name: str) -> dict[str, str]:
    """The same with {} for all that is put in."""
    return {unmarked(english): unmarked(french) for english, french in marked(file, name).items()}


def unmarked(text: str) -> str:
    return text.replace("{name}", "{}")


def page_texts() -> dict[str, str]:
    """The page's own in French, by their keys."""
    lines = (TEXTS / "fr.js").read_text(encoding="utf-8").splitlines()
    return json.loads("{" + "".join(line for line in lines if line.startswith('  "')).rstrip(",") + "}")


MARKED = marked("fr.notes.js", "notes") | marked("fr.errors.js", "errors") | marked("fr.notes.js", "pieces")
SENTENCES = table("fr.notes.js", "notes") | table("fr.errors.js", "errors")
ALL = SENTENCES | table("fr.notes.js", "pieces")


def template(node: ast.expr) -> str | None:
    """A text of the code, with {} for what is put in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def errors_of(path: Path) -> set[str]:
    """Templates of the errors that a module raises, as the API says them."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS):
            continue
        kind = node.func.id
        text = template(node.args[1 if kind == "Refused" else 0])
        if text and kind in ("Refused", "busy"):
            found.add(text + ("; try again in {} s." if kind == "busy" else ""))
        elif text:
            found.add(_for_the_web(text))
    return {text for text in found if re.search(r"[a-z]{2,} [a-z]|[a-z]{4}", text)}


class _Notes(ast.NodeVisitor):
    """Texts of a module that are neither docstrings nor errors nor a format's description."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_Raise(self, node: ast.Raise) -> None:
        pass

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in ("description", "name"):
            self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self.found.add(template(node) or "")

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.found.add(node.value)


def notes_of(path: Path) -> set[str]:
    """Templates with two words or more."""
    visitor = _Notes()
    visitor.visit(ast.parse(path.read_text(encoding="utf-8")))
    return {text for text in visitor.found if " " in text and len(re.findall(r"[A-Za-z]{2,}", text)) >= 2}


@pytest.mark.parametrize("module", TOLD)
def test_every_error_has_a_translation(module):
    assert errors_of(PACKAGE / module) - set(ALL) == set()


@pytest.mark.parametrize("module", NOTING)
def test_every_note_has_a_translation(module):
    assert {_for_the_web(text) for text in notes_of(PACKAGE / module)} - set(ALL) - PARTS_OF_ERRORS == set()


def test_every_translation_is_of_a_sentence_of_the_code():
    made = set(MADE_ELSEWHERE)
    for path in PACKAGE.rglob("*.py"):
        made |= errors_of(path)
    for module in NOTING:
        made |= {_for_the_web(text) for text in notes_of(PACKAGE / module)}
    code = _for_the_web("".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")))
    pieces = {text for text in ALL if text not in made and f'"{text}"' not in code}
    assert pieces == set()


@pytest.mark.parametrize(("english", "french"), ALL.items())
def test_no_value_is_lost(english, french):
    assert english.count("{}") == french.count("{}")
    assert french != english and "'" not in french.replace("'file'", "").replace("'twelvelead[explain]'", "")


@pytest.mark.parametrize(("english", "french"), MARKED.items())
def test_names_are_the_same_places(english, french):
    assert re.findall(r"{\w*}", english) == re.findall(r"{\w*}", french)


def test_whatever_a_sentence_on_a_file_begins_with_is_a_name():
    assert [english for english in marked("fr.errors.js", "errors") if english.startswith("{}:")] == []


@pytest.mark.parametrize("french", [*MARKED.values(), *page_texts().values()])
def test_french_is_set_as_in_print(french):
    """Before ; ! ? a narrow space, before : % and within « » a wide one; a line breaks at neither."""
    text = re.sub(r"`.*?`", "", french)  # what is to be typed
    assert set(re.findall(r"(.?)[;!?]", text)) <= {"\u202f"}
    assert set(re.findall(r"(.?)[:%»]", text)) | set(re.findall(r"«(.?)", text)) <= {"\u00a0"}
