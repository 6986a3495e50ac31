"""The 71 SCP-ECG statements of PTB-XL, the rows of its `scp_statements.csv`, as a table.

Which codes there are, what they mean, which are diagnostic, form or rhythm statements, and the
superclass and subclass of the diagnostic ones: facts of PTB-XL 1.0.3 (Wagner et al. 2020,
Scientific Data 7:154) after the SCP-ECG standard (EN 1064). `statements_csv()` gives the file
itself.
"""

import csv
import io
from dataclasses import astuple, dataclass

__all__ = ["STATEMENTS", "Statement", "statements_csv"]


@dataclass(frozen=True)
class Statement:
    """One row of `scp_statements.csv`; a text that the file leaves blank is `""`."""

    code: str
    description: str
    diagnostic: bool
    form: bool
    rhythm: bool
    superclass: str | None
    """NORM, MI, STTC, CD or HYP for a diagnostic statement, else None."""
    subclass: str | None
    """One of 23 for a diagnostic statement, else None."""
    category: str
    scp_description: str
    """The standard's own wording."""
    aha: str
    aecg: str
    cdisc: str
    dicom: str


_HEADER = (
    "", "description", "diagnostic", "form", "rhythm", "diagnostic_class", "diagnostic_subclass",
    "Statement Category", "SCP-ECG Statement Description", "AHA code",
    "aECG REFID", "CDISC Code", "DICOM Code",
)  # fmt: skip

# The statement categories, by short names for the table below.
_ST_T = "other ST-T descriptive statements"
_ST_T_ROOTS = "Basic roots for coding ST-T changes and abnormalities"
_NORMALITY = "Normal/abnormal"
_INFARCTION = "Myocardial Infarction"
_HYPERTROPHY = "Ventricular Hypertrophy"
_CONDUCTION = "Intraventricular and intra-atrial Conduction disturbances"
_AV = "Sinus node dysfunction, atrial and AV-conduction defects"
_ISCHEMIC = "ischemic ST-T changes"
_INJURY = "ischemic ST-T changes compatible with subendocardial injury"
_ATRIAL = "Atrial statements"
_NATURE = "physiopathological nature of ST-T changes"
_ECTOPIC = "Statements related to ectopic rhythm abnormalities"
_QRS = "Other QRS morphology descriptive statements"
_IMPULSE = "Statements related to impulse formation (abnormalities)"
_PACEMAKER = "Pacemaker types and pacemaker function"


def _row(
    code: str, kinds: str, classes: str, category: str, description: str, scp: str = "",
    aha: str = "", aecg: str = "", cdisc: str = "", dicom: str = "",
) -> Statement:  # fmt: skip
    """`kinds`: letters of D(iagnostic), F(orm), R(hythm); `classes`: "superclass subclass" or "".

    `scp` is given where the standard words a statement in another way than PTB-XL.
    """
    superclass, subclass = classes.split() if classes else (None, None)
    return Statement(
        code, description, "D" in kinds, "F" in kinds, "R" in kinds, superclass, subclass,
        category, scp or description, aha, aecg, cdisc, dicom,
    )  # fmt: skip


# fmt: off
STATEMENTS: tuple[Statement, ...] = (
    _row("NDT", "DF", "STTC STTC", _ST_T, "non-diagnostic T abnormalities"),
    _row("NST_", "DF", "STTC NST_", _ST_T_ROOTS, "non-specific ST changes",
          aha="145", aecg="MDC_ECG_RHY_STHILOST"),
    _row("DIG", "DF", "STTC STTC", _ST_T, "digitalis-effect",
          scp="suggests digitalis-effect", aha="205"),
    _row("LNGQT", "DF", "STTC STTC", _ST_T, "long QT-interval", aha="148"),
    _row("NORM", "D", "NORM NORM", _NORMALITY, "normal ECG", aha="1", dicom="F-000B7"),
    _row("IMI", "D", "MI IMI", _INFARCTION, "inferior myocardial infarction", aha="161"),
    _row("ASMI", "D", "MI AMI", _INFARCTION, "anteroseptal myocardial infarction", aha="165"),
    _row("LVH", "D", "HYP LVH", _HYPERTROPHY, "left ventricular hypertrophy",
          aha="142", cdisc="C71076"),
    _row("LAFB", "D", "CD LAFB/LPFB", _CONDUCTION, "left anterior fascicular block",
          aha="101", aecg="MDC_ECG_BEAT_BLK_ANT_L_HEMI", cdisc="C62267", dicom="D3-33140"),
    _row("ISC_", "D", "STTC ISC_", _ST_T_ROOTS, "non-specific ischemic",
          scp="ischemic ST-T changes", aha="226"),
    _row("IRBBB", "D", "CD IRBBB", _CONDUCTION, "incomplete right bundle branch block",
          aha="105", aecg="MDC_ECG_BEAT_RBB_BLK_INCOMP", cdisc="C71048", dicom="D3-33112"),
    _row("1AVB", "D", "CD _AVB", _AV, "first degree AV block",
          aecg="MDC_ECG_RHY_AV_HEART_BLK_DEG_1", cdisc="C111088"),
    _row("IVCD", "D", "CD IVCD", _CONDUCTION,
          "non-specific intraventricular conduction disturbance (block)",
          scp="non-specific intraventricular conduction disturbance", aha="107",
          aecg="MDC_ECG_BEAT_BLK_IVCD", cdisc="C62271", dicom="D3-33000"),
    _row("ISCAL", "D", "STTC ISCA", _ISCHEMIC, "ischemic in anterolateral leads",
          scp="in anterolateral leads"),
    _row("CRBBB", "D", "CD CRBBB", _CONDUCTION, "complete right bundle branch block",
          scp="(complete) right bundle branch block", aha="106", aecg="MDC_ECG_BEAT_RBB_BLK_COMP",
          cdisc="C62270", dicom="D3-33110"),
    _row("CLBBB", "D", "CD CLBBB", _CONDUCTION, "complete left bundle branch block",
          scp="(complete) left bundle branch block", aha="104", aecg="MDC_ECG_BEAT_LBB_BLK_COMP",
          cdisc="C62269", dicom="D3-33120 or 122752"),
    _row("ILMI", "D", "MI IMI", _INFARCTION, "inferolateral myocardial infarction"),
    _row("LAO/LAE", "D", "HYP LAO/LAE", _ATRIAL, "left atrial overload/enlargement", aha="140"),
    _row("AMI", "D", "MI AMI", _INFARCTION, "anterior myocardial infarction", aha="160"),
    _row("ALMI", "D", "MI AMI", _INFARCTION, "anterolateral myocardial infarction"),
    _row("ISCIN", "D", "STTC ISCI", _ISCHEMIC, "ischemic in inferior leads",
          scp="in inferior leads"),
    _row("INJAS", "D", "MI AMI", _INJURY, "subendocardial injury in anteroseptal leads",
          scp="in anteroseptal leads"),
    _row("LMI", "D", "MI LMI", _INFARCTION, "lateral myocardial infarction", aha="163"),
    _row("ISCIL", "D", "STTC ISCI", _ISCHEMIC, "ischemic in inferolateral leads",
          scp="in inferolateral leads"),
    _row("LPFB", "D", "CD LAFB/LPFB", _CONDUCTION, "left posterior fascicular block",
          aha="102", aecg="MDC_ECG_BEAT_BLK_POS_L_HEMI", cdisc="C62268", dicom="D3-33150"),
    _row("ISCAS", "D", "STTC ISCA", _ISCHEMIC, "ischemic in anteroseptal leads",
          scp="in anteroseptal leads"),
    _row("INJAL", "D", "MI AMI", _INJURY, "subendocardial injury in anterolateral leads",
          scp="in anterolateral leads"),
    _row("ISCLA", "D", "STTC ISCA", _ISCHEMIC, "ischemic in lateral leads", scp="in lateral leads"),
    _row("RVH", "D", "HYP RVH", _HYPERTROPHY, "right ventricular hypertrophy",
          aha="143", cdisc="C71077"),
    _row("ANEUR", "D", "STTC STTC", _ST_T, "ST-T changes compatible with ventricular aneurysm",
          aha="227"),
    _row("RAO/RAE", "D", "HYP RAO/RAE", _ATRIAL, "right atrial overload/enlargement", aha="141"),
    _row("EL", "D", "STTC STTC", _NATURE, "electrolytic disturbance or drug (former EDIS)",
          scp="compatible with electrolyte abnormalities"),
    _row("WPW", "D", "CD WPW", _CONDUCTION, "Wolf-Parkinson-White syndrome",
          scp="Wolff-Parkinson-White syndrome", aecg="MDC_ECG_RHY_WPW_UNK", cdisc="C35132"),
    _row("ILBBB", "D", "CD ILBBB", _CONDUCTION, "incomplete left bundle branch block",
          aecg="MDC_ECG_BEAT_LBB_BLK_INCOMP", cdisc="C71047"),
    _row("IPLMI", "D", "MI IMI", _INFARCTION, "inferoposterolateral myocardial infarction"),
    _row("ISCAN", "D", "STTC ISCA", _ISCHEMIC, "ischemic in anterior leads",
          scp="in anterior leads"),
    _row("IPMI", "D", "MI IMI", _INFARCTION, "inferoposterior myocardial infarction"),
    _row("SEHYP", "D", "HYP SEHYP", _HYPERTROPHY, "septal hypertrophy"),
    _row("INJIN", "D", "MI IMI", _INJURY, "subendocardial injury in inferior leads",
          scp="in inferior leads"),
    _row("INJLA", "D", "MI AMI", _INJURY, "subendocardial injury in lateral leads",
          scp="in lateral leads"),
    _row("PMI", "D", "MI PMI", _INFARCTION, "posterior myocardial infarction", aha="162"),
    _row("3AVB", "D", "CD _AVB", _AV, "third degree AV block",
          aha="88", aecg="MDC_ECG_RHY_AV_HEART_BLK_DEG_3", cdisc="C111091", dicom="D3-32102"),
    _row("INJIL", "D", "MI IMI", _INJURY, "subendocardial injury in inferolateral leads",
          scp="in inferolateral leads"),
    _row("2AVB", "D", "CD _AVB", _AV, "second degree AV block",
          aecg="MDC_ECG_RHY_AV_HEART_BLK_DEG_2", cdisc="C62016", dicom="R-F81AE"),
    _row("ABQRS", "F", "", _NORMALITY, "abnormal QRS"),
    _row("PVC", "F", "", _ECTOPIC, "ventricular premature complex",
          scp="ventricular premature complex (beat)", aha="60", aecg="MDC_ECG_BEAT_V_P_C"),
    _row("STD_", "F", "", _ST_T_ROOTS, "non-specific ST depression", aha="502", dicom="F-38278"),
    _row("VCLVH", "F", "", _HYPERTROPHY, "voltage criteria (QRS) for left ventricular hypertrophy"),
    _row("QWAVE", "F", "", _QRS, "Q waves present"),
    _row("LOWT", "F", "", _ST_T, "low amplitude T-waves", aha="366"),
    _row("NT_", "F", "", _ST_T_ROOTS, "non-specific T-wave changes"),
    _row("PAC", "F", "", _ECTOPIC, "atrial premature complex",
          scp="atrial premature complex (beat)", aha="30", aecg="MDC_ECG_BEAT_ATR_P_C"),
    _row("LPR", "F", "", _IMPULSE, "prolonged PR interval", scp="Prolonged PR interval", aha="82"),
    _row("INVT", "F", "", _ST_T, "inverted T-waves", aha="367"),
    _row("LVOLT", "F", "", _QRS, "low QRS voltages in the frontal and horizontal leads"),
    _row("HVOLT", "F", "", _QRS, "high QRS voltage"),
    _row("TAB_", "F", "", _ST_T_ROOTS, "T-wave abnormality", aha="147"),
    _row("STE_", "F", "", _ST_T_ROOTS, "non-specific ST elevation",
          aha="501", aecg="MDC_ECG_RHY_STELVATION", dicom="F-38277"),
    _row("PRC(S)", "F", "", _ECTOPIC, "premature complex(es)"),
    _row("SR", "R", "", _IMPULSE, "sinus rhythm", aha="20", aecg="MDC_ECG_RHY_SINUS_RHY"),
    _row("AFIB", "R", "", _IMPULSE, "atrial fibrillation",
          aha="50", aecg="MDC_ECG_RHY_ATR_FIB", dicom="D3-31520"),
    _row("STACH", "R", "", _IMPULSE, "sinus tachycardia", aha="21", aecg="MDC_ECG_RHY_SINUS_TACHY"),
    _row("SARRH", "R", "", _IMPULSE, "sinus arrhythmia", aha="23", aecg="MDC_ECG_RHY_SINUS_ARRHY"),
    _row("SBRAD", "R", "", _IMPULSE, "sinus bradycardia", aha="22", aecg="MDC_ECG_RHY_SINUS_BRADY"),
    _row("PACE", "R", "", _PACEMAKER, "normal functioning artificial pacemaker"),
    _row("SVARR", "R", "", _IMPULSE, "supraventricular arrhythmia"),
    _row("BIGU", "R", "", _ECTOPIC, "bigeminal pattern (unknown origin, SV or Ventricular)"),
    _row("AFLT", "R", "", _IMPULSE, "atrial flutter", aha="51", aecg="MDC_ECG_RHY_ATR_FLUT"),
    _row("SVTAC", "R", "", _IMPULSE, "supraventricular tachycardia",
          aha="55", aecg="MDC_ECG_RHY_SV_TACHY", dicom="D3-31290"),
    _row("PSVT", "R", "", _IMPULSE, "paroxysmal supraventricular tachycardia",
          aecg="MDC_ECG_RHY_SV_TACHY_PAROX"),
    _row("TRIGU", "R", "", _ECTOPIC, "trigeminal pattern (unknown origin, SV or Ventricular)"),
)
# fmt: on
"""All 71, in the file's order."""


def statements_csv() -> str:
    """The text of `scp_statements.csv`.

    Its header and 71 rows, flags as `1.0` or blank, lines ended by LF.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADER)
    for statement in STATEMENTS:
        writer.writerow([_cell(value) for value in astuple(statement)])
    return out.getvalue()


def _cell(value: str | bool | None) -> str:
    if isinstance(value, bool):
        return "1.0" if value else ""
    return value or ""
