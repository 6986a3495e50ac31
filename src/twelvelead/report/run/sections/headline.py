"""The numbers to see first."""

from collections.abc import Mapping
from typing import Any

from twelvelead.report.run.document import Headline, Number, Section, plain
from twelvelead.report.run.material import Material
from twelvelead.report.run.numbers import count, interval, score

__all__ = ["headline"]


def headline(material: Material) -> Section:
    """Macro AUC with and without unlabelled records, then what else sums the model up."""
    test, calibration = material.test, material.test["calibration"]
    only = test["labelled_only"]
    main = (
        _number("Macro AUC", test, "macro_auc", f"all {count(test['records'])} test records"),
        _number(
            "Macro AUC, labelled only", only, "macro_auc", f"the {count(only['records'])} with a class of the task"
        ),
    )
    more = (
        _number("Macro average precision", test, "macro_average_precision"),
        _number("Macro F1", test[material.decisions], "macro_f1", _thresholds(material)),
        _number("Brier score", calibration, "macro_brier", "mean over classes; less is better"),
        Number(
            "Calibration error",
            score(calibration["macro_expected_calibration_error"]),
            "",
            "expected, mean over classes",
        ),
    )
    return Section("results", "Results", (Headline(main, more), plain(_read_me(material), quiet=True)))


def _number(label: str, scores: Mapping[str, Any], name: str, note: str = "") -> Number:
    return Number(label, score(scores.get(name)), interval(scores.get(f"{name}_interval")), note)


def _thresholds(material: Material) -> str:
    return "at thresholds chosen on validation" if material.decisions == "at_thresholds" else "at 0.5 for every class"


def _read_me(material: Material) -> str:
    test = material.test
    scored, classes = test["classes_scored"], len(test["classes"])
    patients = f" of {count(test['patients'])} patients" if test.get("patients") else ""
    words = f"On {count(test['records'])} test records{patients}. Macro: mean over {scored} of {classes} classes"
    words += "; the others have no positive or no negative record there." if scored < classes else "."
    intervals = material.protocol.get("intervals")
    return f"{words} In brackets: {intervals}." if intervals else words
