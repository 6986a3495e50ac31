import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from twelvelead.data import metadata
from twelvelead.data.metadata import (
    check_record_path,
    filename_column,
    parse_scp_codes,
    read_database,
    read_metadata,
)
from twelvelead.errors import ConfigError, DataError

codes = st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers(0, 100) | st.floats(0, 100))


@given(codes)
def test_a_printed_dict_of_codes_comes_back(value):
    parsed = parse_scp_codes(repr(value))
    assert parsed == value
    assert all(type(likelihood) is float for likelihood in parsed.values())


@given(st.text() | st.text("{}[]()'\":,0123456789.e-+*~ \\nabfrlmd#\n") | st.none() | st.floats())
@example("(" * 9_999)
@example("-" * 9_999 + "1")
@example("{'a':" * 1_600 + "1" + "}" * 1_600)
@example("not " * 2_400 + "1")
@example("{'a': " + "9" * 9_000 + "}")
@example("1+" * 4_900 + "1")
@example("lambda:" * 1_400 + "1")
@example("\x00")
@example("\ud800")
def test_any_text_is_a_dict_of_codes_or_refused(text):
    try:
        parsed = parse_scp_codes(text)
    except DataError as error:
        assert "scp_codes" in str(error)
    else:
        assert all(isinstance(code, str) and 0 <= value <= 100 for code, value in parsed.items())


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch {path}')",
        "{{'NORM': __import__('os').system('touch {path}')}}",
        "{{__import__('os').system('touch {path}'): 1}}",
        "open('{path}', 'w')",
        "[open('{path}', 'w') for _ in '1']",
        'f\'{{open("{path}", "w")}}\'',
    ],
)
def test_a_cell_is_never_evaluated(tmp_path, text):
    path = tmp_path / "made"
    with pytest.raises(DataError, match="not the text of a dict"):
        parse_scp_codes(text.format(path=path))
    assert not path.exists()


@pytest.mark.parametrize(
    "text, message",
    [
        ("{'NORM': -1}", "not 0 to 100"),
        ("{'NORM': 100.5}", "not 0 to 100"),
        ("{'NORM': 1e999}", "not 0 to 100"),
        ("{'NORM': True}", "not 0 to 100"),
        ("{'NORM': '100'}", "not 0 to 100"),
        ("{'NORM': None}", "not 0 to 100"),
        ("{'NORM': 1j}", "not 0 to 100"),
        ("{'NORM': {'SR': 1}}", "not 0 to 100"),
        ("{1: 100}", "1: 100"),
        ("{[]: 1}", "not the text of a dict"),
        ("['NORM']", "is a list"),
        ("{'NORM'}", "is a set"),
        ("", "not the text of a dict"),
        ("{'NORM': 1}" + " " * 10_000, "not the text of a dict"),
        (math.nan, "'nan' is not the text of a dict"),
    ],
)
def test_what_is_no_dict_of_codes_is_refused(text, message):
    with pytest.raises(DataError, match=message):
        parse_scp_codes(text)


def test_likelihood_0_and_an_empty_dict_are_fine():
    assert parse_scp_codes("{'NORM': 0.0, 'SR': 100}") == {"NORM": 0.0, "SR": 100.0}
    assert parse_scp_codes("{}") == {}


def test_the_table_comes_in_its_order_with_checked_types(small):
    small.rows[3]["patient_id"] = ""
    small.save()
    table = read_metadata(small.folder)
    assert table.index.tolist() == [7, 3, 21, 12, 9]  # ids have gaps and are no positions
    assert table["patient_id"].isna().tolist() == [False, True, False, False, False]
    assert str(table["patient_id"].dtype) == "Int64" and table["strat_fold"].dtype == "int64"
    assert table.loc[12, "scp_codes"] == {"NORM": 100.0, "SR": 0.0}


def test_a_byte_order_mark_does_no_harm(small):
    path = small.folder / "ptbxl_database.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_metadata(small.folder)) == 5


@pytest.mark.parametrize(
    "column, value, message",
    [
        ("strat_fold", 1.5, r"strat_fold has 1\.5, which is not a whole number"),
        ("strat_fold", "", "strat_fold has nan"),
        ("strat_fold", "ten", "strat_fold has 'ten'"),
        ("strat_fold", "inf", "strat_fold has inf"),
        ("strat_fold", 1e300, "strat_fold has 1e[+]300"),
        ("patient_id", 4.25, r"patient_id has 4\.25"),
        ("patient_id", "Smith", "patient_id has 'Smith'"),
        ("scp_codes", "", "ecg_id 21: scp_codes 'nan'"),
        ("scp_codes", "{'NORM': 101}", "ecg_id 21: .*not 0 to 100"),
    ],
)
def test_a_bad_cell_is_named(small, column, value, message):
    small.rows[21][column] = value
    small.save()
    with pytest.raises(DataError, match=message):
        read_metadata(small.folder)


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda t: t.replace("scp_codes", "codes"), "lacks the column scp_codes"),
        (lambda t: t.replace("ecg_id,patient_id", "id,patient"), "lacks the column ecg_id, patient_id"),
        (lambda t: t.replace("\n21,", "\n7,"), "ecg_id 7 more than once"),
        (lambda t: t.replace("\n21,", "\n21.5,"), "ecg_id has 21.5"),
        (lambda t: t.replace("\n21,", "\nx,"), "ecg_id has 'x'"),
        (lambda t: t.replace("\n21,", "\n,"), "ecg_id has nan"),
        (lambda t: t.replace("\n21,", f"\n{10**20},"), "not a whole number"),
        (lambda t: t.splitlines()[0], "holds no record"),
        (lambda t: "", "cannot be read as a CSV"),
        (lambda t: t + '1,2,3,4,5,6,7,8\n"', "cannot be read as a CSV"),
        (lambda t: t + "\udcff", "cannot be read as a CSV"),
    ],
)
def test_an_unusable_table_is_refused(small, change, message):
    path = small.folder / "ptbxl_database.csv"
    path.write_text(change(path.read_text()), encoding="utf-8", errors="surrogateescape")
    with pytest.raises(DataError, match=message):
        read_database(small.folder)


def test_a_missing_table_says_what_to_give(tmp_path):
    (tmp_path / "file").touch()
    for folder in (tmp_path, tmp_path / "none", tmp_path / "file"):
        with pytest.raises(DataError, match=r"not found: give the folder .*`twelvelead simulate DIR`"):
            read_database(folder)


def test_there_are_two_rates():
    assert filename_column(100) == "filename_lr" and filename_column(500) == "filename_hr"
    with pytest.raises(ConfigError, match=r"sampling rate \(Hz\) is '250'; allowed are 100, 500"):
        filename_column(250)


@given(st.text() | st.text("./\\:ab \0~") | st.floats() | st.none())
@example("..")
@example("a/../../b")
@example("/etc/passwd")
@example("C:x")
def test_a_record_path_stays_below_the_folder_or_is_refused(name):
    try:
        path = check_record_path(name)
    except DataError:
        return
    assert path and not path.startswith("/") and ".." not in path.split("/")
    assert not set(path) & set("\\:\0")


@pytest.mark.parametrize("name", ["records100/00000/00001_lr", "a..b/c", "ü"])
def test_usual_paths_are_left_as_they_are(name):
    assert check_record_path(name) == name


def test_ptbxl_itself_is_read(ptbxl_dir):
    table = read_metadata(ptbxl_dir)
    assert table.index.is_unique and set(table["strat_fold"]) <= set(range(1, 11))
    assert table["scp_codes"].map(len).gt(0).all() and table["patient_id"].notna().all()


def test_releases_are_told_by_their_records(tmp_path):
    withdrawn = sorted(metadata.WITHDRAWN)
    assert len(withdrawn) == 21_837 - 21_799
    others = [i for i in range(1, 30_000) if i not in metadata.WITHDRAWN][:21_799]
    assert metadata.data_version(tmp_path, others) == "PTB-XL 1.0.3"
    assert metadata.data_version(tmp_path, [*others, *withdrawn]) == "PTB-XL 1.0.1"
    assert metadata.data_version(tmp_path, [*others[1:], withdrawn[0]]).startswith("no complete release")
    (tmp_path / metadata.SIMULATED_MARKER).write_text("{}")
    assert metadata.data_version(tmp_path, [1, 2]) == "simulated (2 records)"
