import sys
import tempfile

import pytest

from twelvelead.errors import TwelveleadError
from twelvelead.report.typst_pdf import compile_typst, query_typst

TEMPLATE = '#let data = json("data.json")\n#set document(title: data.text)\n#data.text'


def test_the_same_arguments_give_the_same_bytes():
    first = compile_typst(TEMPLATE, {"text": "œuvre à moitié"})
    assert first.startswith(b"%PDF")
    assert compile_typst(TEMPLATE, {"text": "œuvre à moitié"}) == first
    assert compile_typst(TEMPLATE, {"text": "autre"}) != first


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    compile_typst(TEMPLATE, {"text": "x"})
    with pytest.raises(TwelveleadError):
        compile_typst("#panic()", {})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "text",
    ['#read("/etc/passwd")', '#panic("no")', "$x$ *b* `c` @d <e> \\u{41}", "\0\x1b\x7f\ufffe", "\ud800", "# = -"],
)
def test_text_is_never_source(text):
    assert compile_typst(TEMPLATE, {"text": text}).startswith(b"%PDF")


def test_pictures_come_from_the_files_given():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    with_picture = compile_typst('#image("a-1.svg")', {}, {"a-1.svg": svg})
    assert len(with_picture) > len(compile_typst("", {}))


def test_what_a_template_says_of_itself_can_be_asked():
    source = '#let data = json("data.json")\n#metadata((said: data.text, high: 2)) <here>'
    assert query_typst(source, {"text": "é"}, label="here") == {"said": "é", "high": 2}
    with pytest.raises(TwelveleadError, match=r"^The PDF could not be made: [^\n]*\.$"):
        query_typst("#panic()", {}, label="here")


@pytest.mark.parametrize("name", ["../a.png", "/a.png", "a/b.png", "", ".hidden", "main.typ", "data.json", "a\\b", "é"])
def test_a_file_name_with_a_folder_is_refused(name):
    with pytest.raises(TwelveleadError, match="is no name for a file"):
        compile_typst(TEMPLATE, {"text": "x"}, {name: b""})


@pytest.mark.parametrize(
    "source", ['#read("/etc/passwd")', '#read("../../etc/passwd")', '#image("no.png")', "#(1 + )", "#panic()"]
)
def test_a_template_that_fails_is_one_sentence(source):
    with pytest.raises(TwelveleadError, match=r"^The PDF could not be made: [^\n]*\.$") as caught:
        compile_typst(source, {})
    assert tempfile.gettempdir() not in str(caught.value)


def test_what_json_cannot_hold_is_refused():
    with pytest.raises(ValueError):
        compile_typst(TEMPLATE, {"text": float("nan")})


def test_without_typst_the_sentence_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(TwelveleadError, match=r"^This needs typst: pip install 'twelvelead\[report\]'\.$"):
        compile_typst(TEMPLATE, {"text": "x"})
