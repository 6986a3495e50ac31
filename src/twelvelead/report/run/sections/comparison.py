"""Published results beside ours, and what keeps them apart."""

from collections.abc import Mapping
from typing import Any

from twelvelead.report.run.comparable import OurProtocol, differences, our_differences
from twelvelead.report.run.document import Block, Cell, Column, Paragraph, Section, Span, Table, plain
from twelvelead.report.run.material import Material
from twelvelead.report.run.numbers import count, interval, score, scored
from twelvelead.report.run.published import PublishedResult, Study, published_results
from twelvelead.report.run.sections.words import task_title

__all__ = ["comparison"]


def comparison(material: Material) -> Section | None:
    """A table for the task, and one for the superclasses where there are scores of them; None for other tasks."""
    task = str(material.protocol.get("task", ""))
    ours = {task: [("This run", material.test)]}
    for way, found in material.metrics.get("superclasses", {}).items():
        ours.setdefault("superdiagnostic", []).append((f"This run, by {way.replace('_', '-')}", found["test"]))
    blocks: list[Block] = []
    studies: list[Study] = []
    for name, results in ours.items():
        published = published_results(name)
        if published:
            blocks += _of_task(material, name, results, published)
            studies += [row.study for row in published]
    if not blocks:
        return None
    return Section("published", "Published results", (*blocks, *_sources(studies)))


def _of_task(
    material: Material, task: str, results: list[tuple[str, Mapping[str, Any]]], published: list[PublishedResult]
) -> list[Block]:
    protocol = _our_protocol(material, task, results[0][1])
    apart = our_differences(protocol)
    learnt = _learnt_elsewhere(material.protocol)
    rows = [row for name, card in results for row in _our_rows(name, card, protocol, not apart, learnt)]
    rows += [_their_row(row, protocol, apart) for row in published]
    columns = (
        Column("Model", "prose"),
        Column("Macro AUC"),
        Column("Release, records", "text"),
        Column("Learnt elsewhere from", "prose"),
        Column("Comparable", "prose"),
    )
    return [_verdict(apart), Table(f"{task_title(task)}: macro AUC on the test part", columns, tuple(rows))]


def _verdict(apart: list[str]) -> Paragraph:
    if not apart:
        return plain(
            "A row is comparable where release, test records and label rule are those of this run. Intervals that "
            "overlap say nothing of a difference; that takes both models' predictions (twelvelead compare)."
        )
    reasons = "; ".join(apart)
    return plain(
        Span("None of the published results can be compared with this run: ", strong=True),
        f"{reasons}. They are listed for orientation only.",
    )


def _our_protocol(material: Material, task: str, card: Mapping[str, Any]) -> OurProtocol:
    protocol = material.protocol
    return OurProtocol(
        task=task,
        data_version=str(protocol.get("data_version", "")),
        split=str(protocol.get("split", "")),
        label_rule=str(protocol.get("label_rule", "")),
        classes=len(card["classes"]),
        classes_scored=card["classes_scored"],
        records=card["records"],
        labelled_records=card["labelled_only"]["records"],
        overlap=sum(o["patients"] for o in (protocol.get("patient_overlap") or ()) if o["second"] == "test"),
    )


def _learnt_elsewhere(protocol: Mapping[str, Any]) -> str:
    """The other data that the model, what it started from, and its teachers learnt from."""
    sources = [protocol.get("started_from"), *(protocol.get("teachers") or ())]
    # A source that learnt from several data names them all, with "and" between.
    versions = {one for source in sources if source for one in str(source["data_version"]).split(" and ")}
    return ", ".join(sorted(versions - {str(protocol.get("data_version"))})) or "nothing"


def _our_rows(
    name: str, card: Mapping[str, Any], ours: OurProtocol, alike: bool, learnt: str
) -> list[tuple[Cell, ...]]:
    release = ours.data_version.removeprefix("PTB-XL ") if alike else "see Data"
    protocols = (("all test records", card, "kept"), ("labelled records only", card["labelled_only"], "dropped"))
    return [
        (
            Cell(name, records, strong=True),
            scored(scores, "macro_auc"),
            Cell(f"{release}, {count(scores['records'])}", f"unlabelled {unlabelled}"),
            Cell(learnt),
            Cell(""),
        )
        for records, scores, unlabelled in protocols
    ]


def _their_row(row: PublishedResult, ours: OurProtocol, apart: list[str]) -> tuple[Cell, ...]:
    reasons = differences(row, ours)
    verdict = f"no: {'; '.join(reasons)}" if reasons else "no" if apart else "yes"
    return (
        Cell(row.model, f"{row.study.name}{f'; {row.parameters} parameters' if row.parameters else ''}"),
        Cell(_as_published(row.macro_auc), _uncertainty(row)),
        _test_set(row),
        Cell("nothing" if row.pretraining == "none" else row.pretraining),
        Cell(verdict),
    )


def _as_published(value: float) -> str:
    """With the fourth decimal where there is one: 0.9155 is neither 0.915 nor 0.916."""
    return f"{value:.4f}" if round(10_000 * value) % 10 else score(value)


def _uncertainty(row: PublishedResult) -> str:
    if row.low is not None:
        return interval({"low": row.low, "high": row.high})
    return f"± {row.spread:.3f}" if row.spread is not None else ""


def _test_set(row: PublishedResult) -> Cell:
    study = row.study
    records = study.records.get(row.task)
    named = ", ".join(part for part in (study.data_version, count(records) if records else "") if part)
    return Cell(named or "not stated", f"unlabelled {study.unlabelled}" if study.unlabelled else "")


def _sources(studies: list[Study]) -> list[Paragraph]:
    return [
        plain(
            f"{study.name}: ",
            Span(study.title, href=study.url),
            "; numbers from the ",
            Span(study.source, href=study.source_url),
            f". Intervals: {study.intervals}.",
            quiet=True,
        )
        for study in {study.name: study for study in studies}.values()
    ]
