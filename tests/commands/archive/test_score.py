"""`score` from source to totals: goes on after any break, refuses what does not fit, and memory stays small."""

import json
import shutil
import tracemalloc
from pathlib import Path

import psutil
import pyarrow.dataset as ds
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import twelvelead
from commands.archive.conftest import ECGS
from commands.archive.small import planned, rows
from twelvelead.cli import main
from twelvelead.commands.archive.layout import Layout
from twelvelead.commands.archive.plan import PlannedEcg, read_plan, write_plan
from twelvelead.commands.archive.shard import ShardScorer
from twelvelead.errors import ConfigError, DataError


@pytest.fixture(scope="module")
def whole(archive, model, tmp_path_factory):
    """An archive scored by two processes, and what was told on the way."""
    out, told = tmp_path_factory.mktemp("whole") / "out", []
    totals = twelvelead.score(
        archive, out, model, workers=2, shard_size=4, progress=lambda done, total: told.append((done, total))
    )
    return out, totals, told


def test_every_ecg_is_in_one_table_once(whole):
    out, totals, told = whole
    good, bad = rows(out)
    assert len({row["file"] for row in good + bad}) == ECGS == len(good) + len(bad)
    assert (totals.ecgs, totals.scored, totals.bad, totals.shards, totals.shards_now) == (ECGS, ECGS - 2, 2, 6, 6)
    assert told[-1] == (ECGS, ECGS)
    manifest = json.loads((out / "manifest.json").read_text())
    assert (manifest["scored"], manifest["bad"]) == (ECGS - 2, 2)
    assert ds.dataset(out / "parts").count_rows() == ECGS - 2


def test_the_same_call_again_scores_nothing(whole, archive, model):
    out, totals, _ = whole
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")}
    again = twelvelead.score(archive, out, model, workers=2, shard_size=4)
    assert (again.shards_now, again.scored) == (0, totals.scored)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")} == before


def test_stopped_by_hand_it_goes_on_with_the_rest(archive, model, tmp_path, whole):
    out, calls = tmp_path / "out", []

    def stop(done, total):
        calls.append(done)
        if done >= 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"stopped by hand after \d+ of 24 ECGs; the same command goes on"):
        twelvelead.score(archive, out, model, workers=1, shard_size=4, progress=stop)
    assert not [child for child in psutil.Process().children() if "worker" in " ".join(child.cmdline())]
    before = {path: path.stat().st_mtime_ns for path in (out / "done").iterdir()}
    assert len(before) >= 2
    (out / "parts" / ".part-000005.parquet.elsewhere.1.tmp").write_bytes(b"of a process that was killed")
    totals = twelvelead.score(archive, out, model, workers=1, shard_size=4)
    assert totals.shards_now == 6 - len(before)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert rows(out) == rows(whole[0]) and not list(out.rglob("*.tmp"))


@given(gone=st.sets(st.sampled_from(["parts", "done"]).flatmap(lambda f: st.tuples(st.just(f), st.integers(0, 5)))))
@settings(max_examples=12)
def test_whatever_is_missing_is_scored_again_and_nothing_else(tmp_path_factory, whole, archive, model, gone):
    out = tmp_path_factory.mktemp("rest") / "out"
    shutil.copytree(whole[0], out)
    job = planned(out.parent / "plan", archive, model)
    layout = Layout(out)
    for folder, shard in gone:
        (layout.part(shard) if folder == "parts" else layout.shard_manifest(shard)).unlink()
    unfinished = [shard for shard in range(6) if layout.finished(shard) is None]
    assert set(unfinished) == {shard for _, shard in gone}
    scorer = ShardScorer(job)
    scorer._layout = layout
    for shard in unfinished:
        scorer.score(shard)
    assert rows(out) == rows(whole[0])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"missing_leads": "zero"}, "differs in its options; score into another folder"),
        ({"run": "cnn_lstm"}, "differs in its model; score into another folder"),
        ({"shard_size": 8}, "differs in its shard size; score into another folder"),
        ({"sources": "."}, "differs in its sources; score into another folder"),
        ({"engine": "spark"}, "engine is 'spark'; allowed are local, ray"),
        ({"workers": -1}, "--workers is -1"),
        ({"shard_size": 0}, "--shard-size is 0"),
    ],
)
def test_what_does_not_fit_is_refused(whole, archive, model, changes, message):
    given_ = {"sources": archive, "run": model, "shard_size": 4} | changes
    with pytest.raises(ConfigError, match=message):
        twelvelead.score(out=whole[0], **given_)


def test_a_folder_with_other_files_is_left_alone(archive, model, tmp_path):
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(ConfigError, match=r"holds other files \(thesis\.tex\)"):
        twelvelead.score(archive, tmp_path, model)
    with pytest.raises(ConfigError, match=r"cannot be used: File exists"):
        twelvelead.score(archive, tmp_path / "thesis.tex", model)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_sources_that_overlap_or_do_not_mix_are_refused(archive, simulated, model, tmp_path):
    with pytest.raises(DataError, match="is named twice"):
        twelvelead.score([archive, archive / "0"], tmp_path / "out", model)
    with pytest.raises(DataError, match="score it by itself"):
        twelvelead.score([archive, simulated], tmp_path / "out", model)
    with pytest.raises(DataError, match="name the ECGs"):
        twelvelead.score([], tmp_path / "out", model)
    with pytest.raises(ConfigError, match="--rate is 250; a data folder has 100 and 500 Hz"):
        twelvelead.score(simulated, tmp_path / "out", model, rate_hz=250)


def test_a_plan_of_which_nothing_is_finished_is_made_anew(archive, model, tmp_path):
    out = tmp_path / "out"
    planned(out, archive / "0", model)
    layout = Layout(out)
    for path in (layout.part(5), layout.bad_part(5), layout.careful_note(0)):
        path.parent.mkdir()
        path.write_text('{"at": 1, "tries": 2, "poison": {"0": "of the other plan"}}')
    totals = twelvelead.score(archive, out, model, workers=1, shard_size=24)
    assert totals.ecgs == ECGS == sum(map(len, rows(out)))
    assert not layout.careful_note(0).exists()


def test_nothing_that_can_be_scored_is_exit_code_1(model, tmp_path, capsys):
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "a.xml").write_text("<nothing/>")
    words = ["score", str(tmp_path / "archive"), "--run", str(model), "--out", str(tmp_path / "out"), "--json"]
    assert main([*words, "--workers", "1"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "ecgs": 1,
        "scored": 0,
        "bad": 1,
        "shards": 1,
        "shards_now": 1,
        "out": str(tmp_path / "out"),
    }


def test_the_model_that_comes_along_is_named_when_scoring_begins(archive, model, tmp_path, monkeypatch, capsys):
    for module in ("inference.shipped", "commands.archive.score"):
        monkeypatch.setattr(f"twelvelead.{module}.find_model", lambda run=None: model)
    words = ["--out", str(tmp_path / "out"), "--workers", "1"]
    assert main(["score", str(tmp_path / "nowhere"), *words]) == 1
    assert "model: " not in capsys.readouterr().err
    assert main(["score", str(archive / "0"), *words]) == 0
    first = capsys.readouterr().err.splitlines()[0]
    assert first.startswith(f"model: {model.name}, which comes with twelvelead; its card: {model}")


def peak(action):
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_number_of_ecgs(archive, model, tmp_path):
    files = [str(path) for path in sorted(archive.rglob("*.hea"))]

    def score_all(ecgs: int):
        out = tmp_path / str(ecgs)
        job = planned(out, archive, model)
        write_plan(out, (PlannedEcg(files[i % ECGS]) for i in range(ecgs)), 50, {})
        scorer = ShardScorer(job)
        for shard in range(read_plan(out).shards):
            scorer.score(shard)

    score_all(50)  # what is loaded once
    assert peak(lambda: score_all(600)) < 1.5 * peak(lambda: score_all(100))


def test_memory_of_planning_does_not_grow_either(tmp_path):
    def plan(ecgs: int):
        write_plan(tmp_path, (PlannedEcg(f"/archive/{i // 1000:06d}/{i:012d}.hea") for i in range(ecgs)), 500, {})

    assert peak(lambda: plan(20_000)) < 1.5 * peak(lambda: plan(2_000))


def test_a_source_folder_that_is_relative_is_found_from_anywhere(archive, model, tmp_path, monkeypatch):
    monkeypatch.chdir(archive)
    job = planned(tmp_path / "out", Path("0"), model)
    monkeypatch.chdir(tmp_path)
    assert ShardScorer(job).score(0)["scored"] == 3
