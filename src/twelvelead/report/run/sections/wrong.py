"""The ECGs about which the model was sure and wrong."""

from twelvelead.report.run.document import Block, Picture, Section, plain
from twelvelead.report.run.material import Material, WrongCase
from twelvelead.report.run.numbers import score

__all__ = ["wrong"]


def wrong(material: Material) -> Section | None:
    """Each on ECG paper with what the labels and the model say; a sentence where they cannot be drawn."""
    if not material.wrong:
        if not material.wrong_missing:
            return None
        return Section("wrong", "Confidently wrong", (plain(material.wrong_missing),))
    how = plain(
        "Of each class the false positive with the highest and the false negative with the lowest probability were "
        "taken, and of these the ones farthest from their threshold. Labels can be wrong too: PTB-XL has doubtful "
        "ones. Large squares are 0.2 s wide and 0.5 mV high."
    )
    blocks: list[Block] = [how, *(_picture(case) for case in material.wrong)]
    return Section("wrong", "Confidently wrong", tuple(blocks))


def _picture(case: WrongCase) -> Picture:
    said = "found" if case.found else "missed"
    labels = ", ".join(case.labels) or "none"
    codes = ", ".join(f"{code} {likelihood:g} %" if likelihood else code for code, likelihood in case.codes)
    likely = ", ".join(f"{name} {score(value)}" for name, value in case.probabilities)
    caption = (
        f"ECG {case.ecg_id}: {case.of_class} {said} with a probability of {score(case.probability)} (threshold "
        f"{score(case.threshold)}). Labels: {labels}{f', from the codes {codes}' if codes else ''}. "
        f"The model's probabilities: {likely}."
    )
    return Picture(case.figure, caption, f"12-lead ECG {case.ecg_id} on ECG paper.", paper=True)
