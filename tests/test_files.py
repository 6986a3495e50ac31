import json
import math

import pytest

from twelvelead.files import atomic_path, clear_temporary, writable_folder, write_json, write_text


def test_text_is_written_as_utf8_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "new" / "a.txt"
    write_text(path, "µV\n")
    assert path.read_bytes() == "µV\n".encode()
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "old")
    with pytest.raises(RuntimeError), atomic_path(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_json_is_readable_and_refuses_nan(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, {"größe": [1, None]})
    assert json.loads(path.read_text(encoding="utf-8")) == {"größe": [1, None]}
    assert "größe" in path.read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="JSON"):
        write_json(path, math.nan)
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_to_be_made_is_judged_by_the_one_above_it(tmp_path):
    (tmp_path / "file").touch()
    assert writable_folder(tmp_path / "a" / "b")
    assert not writable_folder(tmp_path / "file")


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path):
    kept = [tmp_path / name for name in ("a.json", ".notes.tmp", "1.tmp", ".hidden")]
    for path in (*kept, tmp_path / ".a.json.4711.tmp", tmp_path / "model" / ".w.safetensors.3.tmp"):
        write_text(path, "x")
    clear_temporary(tmp_path)
    assert sorted(p for p in tmp_path.rglob("*") if p.is_file()) == sorted(kept)
