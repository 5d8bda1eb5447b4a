"""What people paste and what spreadsheets save, read as persons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.cohorts.address_lists import MOST_ROWS, TooManyRows, decoded, rows_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a@x.org\n\nB@X.org", [(1, "a@x.org"), (3, "b@x.org")]),
        (
            "Ada L <ada@x.org>, bob@x.org; c@x.org",
            [(1, "ada@x.org"), (1, "bob@x.org"), (1, "c@x.org")],
        ),
        ("Lovelace, Ada <ada@x.org>", [(1, "ada@x.org")]),
        ("a@x.org b@x.org", [(1, "a@x.org"), (1, "b@x.org")]),
        ("only a name", [(1, "")]),
        ("\ufeffe-mail;Name;Student ID\n a@x.org ;Ada;17\n;Bob;18\n", [(2, "a@x.org"), (3, "")]),
        ("Почта\nа@пример.рф", [(2, "а@пример.рф")]),
        ("", []),
        (" \n \n", []),
    ],
)
def test_every_person_is_found_with_their_line(text: str, expected: list[tuple[int, str]]) -> None:
    assert [(row.line, row.address) for row in rows_of(text)] == expected


def test_a_table_tells_the_student_id() -> None:
    text = 'external id,email,"full, name"\n S-1 ,a@x.org,"Ada ""A"", L"\n,b@x.org\n'

    rows = rows_of(text)

    assert [(row.address, row.external_id) for row in rows] == [("a@x.org", "S-1"), ("b@x.org", "")]


@pytest.mark.parametrize(
    "address", ["a@", "@x.org", "a@b", "a b@c d", "x" * 250 + "@x.org", "a@@x.org"]
)
def test_what_cannot_be_an_address_is_said_to_be_none(address: str) -> None:
    assert [row.is_address for row in rows_of(f"email\n{address}")] == [False]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_a_file_is_read_as_it_was_saved(encoding: str) -> None:
    assert decoded("почта\nа@пример.рф".encode(encoding)).lstrip("\ufeff").startswith("почта")


def test_a_list_has_an_end() -> None:
    assert len(rows_of("a@x.org\n" * MOST_ROWS)) == MOST_ROWS
    with pytest.raises(TooManyRows):
        rows_of("a@x.org\n" * (MOST_ROWS + 1))


@given(st.text(alphabet='ab@.,;<>"\t\r\n \0é', max_size=60))
def test_nothing_that_is_pasted_breaks_it(text: str) -> None:
    for row in rows_of(text):
        assert row.line >= 1
        assert "\0" not in row.text
        assert row.address == row.address.lower().strip()
