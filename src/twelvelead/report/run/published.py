"""Published macro AUCs on PTB-XL's fold 10, to stand beside ours: facts with their sources, and how each was scored.

A number says little without its protocol: the release of the data, which records of fold 10 count, and what the model
had seen before.
"""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["CLASSES_OF_TASK", "PublishedResult", "Study", "published_results"]

CLASSES_OF_TASK = {"superdiagnostic": 5, "subdiagnostic": 23, "diagnostic": 44, "form": 19, "rhythm": 12, "all": 71}
"""Classes of each task in the published protocols."""

NONE = "none"


@dataclass(frozen=True)
class Study:
    """One publication and its protocol."""

    name: str
    """Short, for tables."""
    title: str
    url: str
    """The publication."""
    source: str
    """Where its numbers stand."""
    source_url: str
    data_version: str
    """The release of PTB-XL; "" where it is not stated."""
    unlabelled: str
    """"kept" as all-zero rows or "dropped" from the test fold; "" where it is not stated."""
    records: Mapping[str, int]
    """Test records by task, where they are known."""
    intervals: str
    """What its intervals are."""
    note: str = ""
    """What else keeps its rows from being compared."""


@dataclass(frozen=True)
class PublishedResult:
    """One model's macro AUC on the test fold."""

    study: Study
    model: str
    task: str
    macro_auc: float
    pretraining: str = NONE
    """Other data that the model had learnt from."""
    parameters: str = ""
    """Their number, where it is known."""
    low: float | None = None
    high: float | None = None
    """The published interval."""
    spread: float | None = None
    """The published largest deviation, where there is that instead of an interval."""
    note: str = ""


STRODTHOFF_2020 = Study(
    name="Strodthoff 2020",
    title="Strodthoff et al., Deep Learning for ECG Analysis: Benchmarks and Insights from PTB-XL, IEEE JBHI",
    url="https://doi.org/10.1109/JBHI.2020.3022989",
    source="leaderboard of the benchmark's repository",
    source_url="https://github.com/helme/ecg_ptbxl_benchmarking",
    data_version="1.0.1",
    unlabelled="dropped",
    records={"superdiagnostic": 2163},
    intervals="largest deviation of a bootstrap over records, given as ±",
)

FOUNDATION_2026 = Study(
    name="Reality Check 2026",
    title="Benchmarking ECG Foundation Models: A Reality Check, ICLR 2026, arXiv:2509.25095",
    url="https://arxiv.org/abs/2509.25095",
    source="table of intervals in the benchmark's repository",
    source_url="https://github.com/AI4HealthUOL/ecg-fm-benchmarking",
    data_version="1.0.3",
    unlabelled="kept",
    records={"superdiagnostic": 2198},
    intervals="95 %, empirical bootstrap; lopsided where classes are rare, because resamples without positive "
    "records bias the mean",
)

IMLE_2021 = Study(
    name="IMLE-Net 2021",
    title="IMLE-Net, IEEE SMC 2021",
    url="https://github.com/likith012/IMLE-Net",
    source="table of the model's repository",
    source_url="https://github.com/likith012/IMLE-Net",
    data_version="",
    unlabelled="",
    records={},
    intervals="none",
    note="protocol not verified",
)

_TASKS_2020 = ("all", "diagnostic", "subdiagnostic", "superdiagnostic", "form", "rhythm")

# Thousandths: macro AUC and largest deviation, by `_TASKS_2020`.
_STRODTHOFF: dict[str, tuple[tuple[int, int], ...]] = {
    "resnet1d_wang": ((919, 8), (936, 8), (928, 10), (930, 5), (880, 15), (946, 10)),
    "xresnet1d101": ((925, 7), (937, 8), (929, 14), (928, 5), (896, 12), (957, 19)),
    "lstm": ((907, 8), (927, 8), (928, 10), (927, 5), (851, 15), (953, 9)),
    "fcn_wang": ((918, 8), (926, 10), (927, 11), (925, 6), (869, 12), (931, 8)),
    "inception1d": ((925, 8), (931, 9), (930, 10), (921, 6), (899, 22), (953, 13)),
    "lstm_bidir": ((914, 8), (932, 7), (923, 12), (921, 6), (876, 15), (949, 11)),
    "Wavelet+NN": ((849, 13), (855, 15), (859, 16), (874, 7), (757, 29), (890, 24)),
}

_TASKS_2026 = ("superdiagnostic", "all", "diagnostic", "subdiagnostic", "form", "rhythm")

# Thousandths: macro AUC by `_TASKS_2026`.
_FOUNDATION: dict[str, tuple[int, ...]] = {
    "ECGFounder": (935, 934, 950, 943, 875, 965),
    "ECG-CPC (S4)": (934, 949, 951, 940, 934, 959),
    "S4, supervised only": (932, 941, 943, 938, 919, 956),
    "MERL ResNet18": (930, 925, 942, 937, 891, 912),
    "Net1D, supervised only": (924, 929, 940, 926, 893, 937),
    "ECG-JEPA (Kim)": (921, 940, 946, 935, 912, 956),
    "ECG-FM": (916, 927, 926, 932, 904, 959),
    "HuBERT-ECG base": (908, 915, 925, 918, 860, 950),
    "ECGFM-KED": (905, 889, 913, 908, 829, 888),
    "ST-MEM": (901, 908, 904, 916, 887, 951),
}

_FOUNDATION_PRETRAINING = {
    "ECGFounder": "more than 10 million ECGs, supervised",
    "ECG-CPC (S4)": "10 million ECGs (HEEDB), self-supervised",
    "S4, supervised only": NONE,
    "MERL ResNet18": "MIMIC-IV-ECG with reports",
    "Net1D, supervised only": NONE,
    "ECG-JEPA (Kim)": "about 180,000 ECGs, self-supervised",
    "ECG-FM": "MIMIC-IV-ECG and PhysioNet 2021",
    "HuBERT-ECG base": "9.1 million ECGs, self-supervised",
    "ECGFM-KED": "MIMIC-IV-ECG with reports",
    "ST-MEM": "self-supervised; data not verified",
}

_FOUNDATION_PARAMETERS = {"ECG-CPC (S4)": "3.8 M", "ECG-FM": "90.9 M"}

# By model and task: the interval's ends in thousandths.
_FOUNDATION_INTERVALS = {
    ("ECGFounder", "superdiagnostic"): (929, 941),
    ("ECG-CPC (S4)", "superdiagnostic"): (927, 940),
    ("S4, supervised only", "superdiagnostic"): (925, 938),
    ("MERL ResNet18", "superdiagnostic"): (924, 937),
    ("Net1D, supervised only", "superdiagnostic"): (917, 931),
    ("ECGFounder", "all"): (900, 937),
}

_FOUNDATION_NOTES = {"ECG-FM": "its pretraining data contain PTB-XL"}

# Ten-thousandths, superclasses.
_IMLE = {
    "IMLE-Net (convolution, BiLSTM, attention)": 9216,
    "ResNet (Rajpurkar)": 9155,
    "ECGNet (CNN and LSTM)": 9101,
    "ResNet101": 8952,
    "CNN, BiRNN and attention (Mousavi)": 8654,
}


def published_results(task: str) -> list[PublishedResult]:
    """The published results of a task, best first."""
    rows = [*_strodthoff(task), *_foundation(task), *_imle(task)]
    return sorted(rows, key=lambda row: -row.macro_auc)


def _strodthoff(task: str) -> list[PublishedResult]:
    if task not in _TASKS_2020:
        return []
    place = _TASKS_2020.index(task)
    return [
        PublishedResult(STRODTHOFF_2020, model, task, values[place][0] / 1000, spread=values[place][1] / 1000)
        for model, values in _STRODTHOFF.items()
    ]


def _foundation(task: str) -> list[PublishedResult]:
    if task not in _TASKS_2026:
        return []
    place = _TASKS_2026.index(task)
    rows = []
    for model, values in _FOUNDATION.items():
        low, high = _FOUNDATION_INTERVALS.get((model, task), (None, None))
        rows.append(
            PublishedResult(
                FOUNDATION_2026,
                model,
                task,
                values[place] / 1000,
                pretraining=_FOUNDATION_PRETRAINING[model],
                parameters=_FOUNDATION_PARAMETERS.get(model, ""),
                low=None if low is None else low / 1000,
                high=None if high is None else high / 1000,
                note=_FOUNDATION_NOTES.get(model, ""),
            )
        )
    return rows


def _imle(task: str) -> list[PublishedResult]:
    if task != "superdiagnostic":
        return []
    return [
        PublishedResult(IMLE_2021, model, task, value / 10000, pretraining="not stated")
        for model, value in _IMLE.items()
    ]
