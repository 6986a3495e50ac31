"""The free-text `report` column: short, lower case, mostly German, some English, as PTB-XL's."""

from collections.abc import Iterable

import numpy as np

from twelvelead.data.statements import STATEMENTS

__all__ = ["report_text"]

_DESCRIPTION = {s.code: s.description for s in STATEMENTS}

_GERMAN: dict[str, str] = {
    "NORM": "normales ekg", "SR": "sinusrhythmus", "SARRH": "sinusarrhythmie",
    "STACH": "sinustachykardie", "SBRAD": "sinusbradykardie", "AFIB": "vorhofflimmern",
    "AFLT": "vorhofflattern", "SVTAC": "supraventrikulÄre tachykardie",
    "PSVT": "paroxysmale supraventrikulÄre tachykardie", "SVARR": "supraventrikulÄre arrhythmie",
    "BIGU": "bigeminus", "TRIGU": "trigeminus", "PACE": "schrittmacher-ekg",
    "PVC": "ventrikulÄre extrasystole(n)", "PAC": "supraventrikulÄre extrasystole(n)",
    "PRC(S)": "extrasystole(n)", "LVH": "linkshypertrophie",
    "VCLVH": "amplitudenkriterien fÜr linkshypertrophie",
    "RVH": "rechts kammerhypertrophie", "SEHYP": "septumhypertrophie",
    "LAO/LAE": "p-sinistroatriale",
    "RAO/RAE": "p-dextroatriale", "CLBBB": "kompletter linksschenkelblock",
    "ILBBB": "unvollstÄndiger linksschenkelblock", "CRBBB": "kompletter rechtsschenkelblock",
    "IRBBB": "unvollstÄndiger rechtsschenkelblock", "LAFB": "linksanteriorer hemiblock",
    "LPFB": "linksposteriorer hemiblock", "IVCD": "intraventrikulÄre leitungsstÖrung",
    "WPW": "wpw-syndrom", "1AVB": "av-block i. grades", "2AVB": "av-block ii. grades",
    "3AVB": "av-block iii. grades", "LPR": "verlÄngertes pq-intervall", "IMI": "inferiorer infarkt",
    "ASMI": "anteroseptaler infarkt", "AMI": "vorderwandinfarkt", "ALMI": "anterolateraler infarkt",
    "LMI": "lateraler infarkt", "ILMI": "inferolateraler infarkt", "PMI": "posteriorer infarkt",
    "NDT": "unspezifisch abnorme t", "NST_": "unspezifische st-verÄnderung",
    "DIG": "digitaliseffekt",
    "LNGQT": "qt-verlÄngerung", "ISC_": "st & t abnorm, wahrscheinlich ischÄmie",
    "ISCAL": "anterolaterale ischÄmie", "ISCIN": "inferiore ischÄmie", "STD_": "st-senkung",
    "STE_": "st-hebung", "INVT": "negative t", "LOWT": "flache t", "NT_": "t abnormal",
    "QWAVE": "q-zacken", "ABQRS": "qrs abnorm", "LVOLT": "periphere niederspannung",
    "HVOLT": "hochspannung", "EL": "elektrolytstÖrung mÖglich",
}  # fmt: skip

_AXIS = {
    "MID": "lagetyp normal",
    "LAD": "linkstyp",
    "ALAD": "ueberdrehter linkstyp",
    "RAD": "rechtstyp",
    "ARAD": "ueberdrehter rechtstyp",
    "AXR": "lagetyp unbestimmt",
}


def report_text(codes: Iterable[str], axis: str, rng: np.random.Generator) -> str:
    """A report that names all of `codes` (rhythm first) and the axis, if one is given."""
    ordered = list(reversed(list(codes)))
    if rng.random() < 0.3:
        words = [_DESCRIPTION[c] for c in ordered]
        return ". ".join(words).lower() + "."
    words = [_GERMAN.get(c, _DESCRIPTION[c].lower()) for c in ordered]
    if axis:
        words.insert(1, _AXIS[axis])
    text = " ".join(words)
    return text + " 4.46 unbestÄtigter bericht" if rng.random() < 0.25 else text
