import pytest

from twelvelead.data.download.journal import Journal


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a").write_text("one")
    (tmp_path / "b").write_text("four")
    return tmp_path


def opened(folder):
    return Journal(folder / "verified.jsonl", folder)


def test_it_remembers_until_a_file_is_touched(folder):
    journal = opened(folder)
    journal.add("a", "1" * 64)
    journal.close()
    again = opened(folder)
    assert again.holds("a", "1" * 64) and again.size("a") == 3
    assert not again.holds("a", "2" * 64) and not again.holds("b", "1" * 64)
    (folder / "a").write_text("two!")
    assert not again.holds("a", "1" * 64)
    again.close()


@pytest.mark.parametrize("torn", [b'["b", "2', b"\0\0", b"{}\n", b"[1]\n", b"5\n", b"\xff\n", b'["b", 1, "x", 2]\n'])
def test_a_torn_line_costs_itself_only(folder, torn):
    journal = opened(folder)
    journal.add("a", "1" * 64)
    journal.close()
    with (folder / "verified.jsonl").open("ab") as stream:
        stream.write(torn)
    journal = opened(folder)
    assert journal.holds("a", "1" * 64)
    journal.add("b", "2" * 64)
    journal.close()
    journal = opened(folder)
    assert journal.holds("a", "1" * 64) and journal.holds("b", "2" * 64)
    journal.close()


def test_a_file_that_is_gone_is_not_held(folder):
    journal = opened(folder)
    journal.add("a", "1" * 64)
    (folder / "a").unlink()
    assert not journal.holds("a", "1" * 64)
    journal.close()
