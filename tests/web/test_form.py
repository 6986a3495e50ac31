"""A multipart form gives what was put into it, or one sentence."""

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twelvelead.errors import ConfigError
from twelvelead.web import form
from twelvelead.web.form import read_form


def made(files=(), fields=None):
    """Content type and body as httpx writes them."""
    request = httpx.Request("POST", "http://x/", files=[("file", f) for f in files] or None, data=fields)
    request.read()
    return request.headers["content-type"], request.content


def by_hand(*parts: bytes, end: bytes = b"--b--\r\n") -> tuple[str, bytes]:
    return "multipart/form-data; boundary=b", b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + end


@given(
    st.lists(st.binary(max_size=300), min_size=1, max_size=4),
    st.dictionaries(st.sampled_from(["rate", "leads", "unit"]), st.text(max_size=20)),
)
@settings(max_examples=60)
def test_files_and_fields_come_as_they_were_sent(contents, fields):
    found = read_form(*made([(f"{i}.bin", content) for i, content in enumerate(contents)], fields))
    assert [file.content for file in found.files] == contents
    assert [file.name for file in found.files] == [f"{i}.bin" for i in range(len(contents))]
    assert found.fields == {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\ecg.dcm", "ecg.dcm"),
        ("a\x1b[31mb.csv", "a?[31mb.csv"),
        ("x" * 500, "x" * 80),
        ("é cœur.edf", "é cœur.edf"),
        ("folder/", "ecg"),
    ],
)
def test_names_are_for_show_only(name, shown):
    head = b'Content-Disposition: form-data; name="file"; filename="' + name.encode() + b'"\r\n\r\n'
    assert read_form(*by_hand(head + b"x")).files[0].name == shown


@pytest.mark.parametrize(
    ("content_type", "body", "says"),
    [
        ("text/plain", b"x", "is no multipart form"),
        ("multipart/form-data", b"x", "is no multipart form"),
        ("multipart/form-data; boundary=" + "b" * 1000, b"x", "is damaged"),
        ("multipart/form-data; boundary=b", b"", "cut short"),
        ("multipart/form-data; boundary=b", b"nonsense", "is damaged"),
        (*by_hand(b'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\nx', end=b""), "cut short"),
        (*by_hand(b'Content-Disposition: form-data; name="file"\r\n\r\nx'), "has no file name"),
        (*by_hand(b'Content-Disposition: form-data; name="other"; filename="a"\r\n\r\nx'), "in the field 'other'"),
        (*by_hand(*([b'Content-Disposition: form-data; name="rate"\r\n\r\n5'] * 2)), "'rate' is there twice"),
        (*by_hand(b'Content-Disposition: form-data; name="unit"\r\n\r\n' + b"m" * 5000), "more than 4,096 bytes"),
        (*by_hand(b"X: " + b"y" * 5000 + b"\r\n\r\nx"), "bytes of headers|is damaged"),
        (*by_hand(*(b'Content-Disposition: form-data; name="%d"\r\n\r\n5' % i for i in range(17))), "16 fields"),
        (*by_hand(*([b'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\n5'] * 17)), "16 files"),
    ],
)
def test_what_is_no_form_is_one_sentence(content_type, body, says):
    with pytest.raises(ConfigError, match=says) as caught:
        read_form(content_type, body)
    assert str(caught.value).endswith(".") and str(caught.value).isprintable()


@given(st.binary(max_size=400))
@settings(max_examples=100)
def test_any_bytes_are_a_form_or_refused(body):
    for content in (body, b"--b\r\n" + body, by_hand(body)[1], by_hand(b"Content-Disposition: " + body)[1]):
        try:
            found = read_form("multipart/form-data; boundary=b", content)
        except ConfigError:
            continue
        assert len(found.files) <= form.MOST_FILES and all(file.name for file in found.files)


@given(st.text(st.characters(max_codepoint=255), max_size=100))
def test_any_content_type_is_a_form_or_refused(content_type):
    with pytest.raises(ConfigError):
        read_form(content_type, b"x")
