"""One shard: the answers of `predict` to the bit, every ECG once, and nothing done twice."""

import json

import pyarrow.parquet as pq
import pytest

from commands.archive.conftest import ECGS
from commands.archive.small import planned, rows
from twelvelead.commands.archive.layout import Layout
from twelvelead.commands.archive.plan import read_plan
from twelvelead.commands.archive.shard import ShardScorer
from twelvelead.commands.find_ecgs import find_ecgs
from twelvelead.errors import CheckpointError, DataError
from twelvelead.inference.predict import load


@pytest.fixture(scope="module")
def scored(archive, model, tmp_path_factory):
    out = tmp_path_factory.mktemp("scored") / "out"
    job = planned(out, archive, model)
    scorer = ShardScorer(job)
    return out, [scorer.score(shard) for shard in range(read_plan(out).shards)]


def test_answers_are_those_of_predict(scored, archive, model):
    good, bad = rows(scored[0])
    expected = list(load(model).predict_files(find_ecgs([archive])))
    assert len(expected) == ECGS and len(bad) == 2
    theirs = {answer.file: answer for answer in expected if answer.error is None}
    assert [row["file"] for row in good] == sorted(theirs)
    for row in good:
        answer = theirs[row["file"]]
        assert {name: row[name] for name in ("A", "B")} == answer.probabilities
        assert {name: row[f"{name}_decision"] for name in ("A", "B")} == answer.decisions
        assert (row["quality"], row["steps"]) == (list(answer.quality), list(answer.steps))
    assert {row["file"]: row["error"] for row in bad} == {a.file: a.error for a in expected if a.error is not None}


def test_each_shard_says_what_it_holds(scored):
    out, manifests = scored
    assert sum(m["ecgs"] for m in manifests) == ECGS and sum(m["bad"] for m in manifests) == 2
    for manifest in manifests:
        assert manifest == Layout(out).finished(manifest["shard"])
        for name, about in manifest["files"].items():
            assert pq.read_metadata(out / name).num_rows == about["rows"]
            assert (out / name).stat().st_size == about["bytes"]
    metadata = pq.read_schema(Layout(out).part(0)).metadata
    assert b"not for diagnosis" in metadata[b"notice"] and json.loads(metadata[b"model"])["file"]


def test_a_finished_shard_is_not_scored_again(scored, archive, model, monkeypatch):
    out, manifests = scored
    scorer = ShardScorer(planned(out.parent / "again", archive, model))
    first = scorer.score(0)
    monkeypatch.setattr(scorer._model, "predict_files", lambda *_: pytest.fail("predicted again"))
    assert scorer.score(0) == first
    assert first["files"] == manifests[0]["files"]  # the same bytes, too


@pytest.mark.parametrize("damage", ["part gone", "part cut", "manifest gone", "manifest torn"])
def test_a_shard_that_is_not_whole_is_scored_again(archive, model, tmp_path, damage):
    out = tmp_path / "out"
    scorer, layout = ShardScorer(planned(out, archive, model)), Layout(out)
    before = scorer.score(0)
    path = layout.part(0) if "part" in damage else layout.shard_manifest(0)
    path.write_bytes(path.read_bytes()[:20])
    if "gone" in damage:
        path.unlink()
    assert layout.finished(0) is None
    assert scorer.score(0) == before == layout.finished(0)


def test_a_store_gives_the_answers_of_its_files(simulated, model, tmp_path):
    from twelvelead.commands.archive.score import score

    totals = score(simulated, tmp_path / "out", model, workers=1, shard_size=32, store=tmp_path / "store")
    assert (totals.ecgs, totals.scored, totals.bad, totals.shards) == (60, 60, 0, 2)
    good, _ = rows(tmp_path / "out")
    theirs = {a.file: a for a in load(model).predict_files(find_ecgs([simulated / "records100"]))}
    assert [row["ecg_id"] for row in good] == sorted(row["ecg_id"] for row in good)
    for row in good:
        answer = theirs[f"{simulated / row['file']}.hea"]
        assert {name: row[name] for name in ("A", "B")} == answer.probabilities
        assert (row["quality"], row["steps"]) == (list(answer.quality), list(answer.steps))


def test_another_model_or_another_store_is_refused(archive, model, tmp_path):
    from dataclasses import replace

    from twelvelead.commands.archive.source import StoreFolder

    job = planned(tmp_path / "out", archive, model)
    with pytest.raises(CheckpointError, match="has changed since the plan was made"):
        ShardScorer(replace(job, model_digests={"file": "other"}))
    with pytest.raises(DataError, match="is not the one that was planned"):
        ShardScorer(replace(job, store=StoreFolder(str(tmp_path), 100, "0")))
    with pytest.raises(DataError, match="no plan in"):
        ShardScorer(replace(job, out=str(tmp_path)))
