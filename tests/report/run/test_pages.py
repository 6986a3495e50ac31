"""Sizes of pictures that fill pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twelvelead.report.run.pages import SMALLEST, Piece, picture_shares

PAGE = 200.0
FREE = 1.0
"""Left for rounding."""

HEIGHTS = st.floats(1, 150)
PIECES = st.lists(
    st.one_of(
        st.builds(lambda h: Piece(h, h + 5), HEIGHTS),
        st.builds(lambda h: Piece(h, h + 5, drawn=h), HEIGHTS),
        st.builds(lambda h: Piece(h, h + 5, sticky=True), st.floats(1, 10)),
    ),
    max_size=8,
)
TABLES = st.builds(lambda h, rows: Piece(h, h + 5, rows=rows), st.floats(1, 900), st.integers(1, 30))


def pages(pieces: list[Piece], shares: list[float]) -> list[list[int]]:
    """Numbers of the pieces on each page, filled one after the other, a sticky piece with the next."""
    found: list[list[int]] = [[]]
    y, i = 0.0, 0
    while i < len(pieces):
        last = i
        while pieces[last].sticky and last + 1 < len(pieces):
            last += 1
        group = range(i, last + 1)
        added = sum(pieces[k].below - (1 - shares[k]) * pieces[k].drawn for k in group)
        if y and y + added > PAGE:
            found.append([])
            y = 0
        y += added - (0 if y else pieces[i].below - pieces[i].alone)
        found[-1] += group
        i = last + 1
    return found


@given(PIECES)
def test_pictures_stay_readable_and_take_no_more_pages_than_at_full_size(pieces):
    shares = picture_shares(pieces, PAGE + FREE)
    assert len(shares) == len(pieces)
    for piece, share in zip(pieces, shares, strict=True):
        assert SMALLEST - 1e-9 <= share <= 1 and (share == 1 or piece.drawn)
    assert len(pages(pieces, shares)) <= len(pages(pieces, [1.0] * len(pieces)))


@given(st.lists(st.one_of(TABLES, PIECES.filter(bool).map(lambda pieces: pieces[0])), max_size=6))
def test_tables_of_any_height_and_number_of_rows_end_somewhere(pieces):
    assert len(picture_shares(pieces, PAGE)) == len(pieces)


@pytest.mark.parametrize(("height", "shrunk"), [(90.0, False), (110.0, True), (130.0, False)])
def test_a_picture_is_shrunk_where_that_puts_it_on_the_page(height, shrunk):
    text, picture, after = Piece(100.0, 100.0), Piece(height, height, drawn=height), Piece(190.0, 190.0)
    share = picture_shares([text, picture, after], PAGE + FREE)[1]
    assert (share < 1) is shrunk
    assert height * share <= 100 or share == 1


def test_two_pictures_give_way_in_equal_parts():
    picture = Piece(110.0, 110.0, drawn=110.0)
    first, second = picture_shares([picture, picture], PAGE + FREE)
    assert first == pytest.approx(second, abs=0.01) and 110 * (first + second) <= PAGE


def test_a_picture_higher_than_a_page_is_made_to_fit():
    (share,) = picture_shares([Piece(500.0, 500.0, drawn=490.0)], PAGE + FREE)
    assert 10 + 490 * share <= PAGE


def test_a_long_table_goes_on_and_a_picture_fills_the_page_on_which_it_ends():
    table, picture = Piece(340.0, 340.0, rows=85), Piece(60.0, 60.0, drawn=60.0)
    assert picture_shares([table, picture, Piece(190.0, 190.0)], PAGE + FREE)[1] < 1


def test_a_picture_gives_way_to_a_table_that_would_be_cut():
    picture, table = Piece(80.0, 80.0, drawn=80.0), Piece(130.0, 130.0, rows=26)
    share = picture_shares([picture, table, Piece(100.0, 100.0)], PAGE + FREE)[0]
    assert 80 * share + 130 <= PAGE


def test_a_heading_is_reckoned_with_what_follows_it():
    heading, picture = Piece(10.0, 15.0, sticky=True), Piece(100.0, 100.0, drawn=100.0)
    share = picture_shares([Piece(100.0, 100.0), heading, picture, Piece(190.0, 190.0)], PAGE + FREE)[2]
    assert 100 + 15 + 100 * share <= PAGE
