"""A CSV file is read strictly, and every fault is named by its row."""

import pytest

from offices.models import Body
from offices.rows import BadFile, Sheet, read_sheet

COLUMNS = ["code", "name"]


def faults(path, columns=COLUMNS):
    """Give what is wrong with a file as it is read."""
    try:
        return read_sheet(path, columns).faults
    except BadFile as bad:
        return bad.faults


def test_a_good_file_gives_its_rows_by_the_numbers_of_a_spreadsheet(write_csv):
    path = write_csv('code,name\n12, Ilala \n\n14,"Kinondoni, mjini"\n')

    sheet = read_sheet(path, COLUMNS)

    assert sheet.rows == {2: {"code": "12", "name": "Ilala"}, 4: {"code": "14", "name": "Kinondoni, mjini"}}
    assert sheet.faults == []


def test_the_mark_that_spreadsheets_put_in_front_does_no_harm(write_csv):
    path = write_csv("code,name\r\n12,Ilala\r\n".encode("utf-8-sig"))

    assert read_sheet(path, COLUMNS).rows == {2: {"code": "12", "name": "Ilala"}}


FAULTY = {
    "another header": (b"code;name\n12;Ilala\n", [(1, "the header must be “code,name”, not “code;name”")]),
    "empty": (b"", [(1, "there is nothing below the header")]),
    "a header only": (b"code,name\n", [(1, "there is nothing below the header")]),
    "a column too many": (b"code,name\n12,Ilala,1\n", [(2, "3 columns instead of 2")]),
    "Latin-1": (b"code,name\n12,Ilala\n14,Caf\xe9\n", [(3, "not written in UTF-8")]),
    "given up by another program": ("code,name\n14,Caf\ufffd\n".encode(), [(2, "not written in UTF-8")]),
    "a lone surrogate": (b"code,name\n14,\xed\xa0\x80\n", [(2, "not written in UTF-8")]),
    "NUL": (b"code,name\n12,Il\0ala\n", [(2, "there is an unprintable character in it")]),
    "a line break in a name": (b'code,name\n12,"Il\nala"\n', [(2, "there is an unprintable character in it")]),
    "broken quoting": (b'code,name\n12,Ilala\n14,"Kin\n', [(3, "it cannot be read: unexpected end of data")]),
}


@pytest.mark.parametrize(("content", "expected"), FAULTY.values(), ids=FAULTY)
def test_what_cannot_be_read_is_blamed_with_its_row(write_csv, content, expected):
    assert faults(write_csv(content)) == expected


def test_a_file_in_utf_16_is_refused_in_words_that_can_be_printed(write_csv):
    path = write_csv("code,name\n12,Ilala\n".encode("utf-16"))

    with pytest.raises(BadFile) as refusal:
        read_sheet(path, COLUMNS)

    words = str(refusal.value).encode().decode()
    assert "row 1: the header must be “code,name”, not “??c?o?d?e" in words


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(BadFile, match="No such file or directory"):
        read_sheet(tmp_path / "none.csv", COLUMNS)


def test_a_field_of_any_length_is_cut_in_the_message(write_csv):
    sheet = read_sheet(write_csv("code,name\nmaji,x\n" + "a" * 100_000 + ",y\n"), COLUMNS)

    sheet.check_fits(Body, "code")

    [(number, why)] = sheet.faults
    assert number == 3
    assert len(why) < 200


def sheet_of(*rows):
    """Give a sheet with these rows from row 2 on."""
    return Sheet("bodies.csv", dict(enumerate(rows, start=2)))


def test_an_empty_column_is_blamed():
    sheet = sheet_of({"code": "maji", "name": ""}, {"code": "", "name": "Maji"})

    sheet.check_filled("code", "name")

    assert sheet.faults == [(2, "name is empty"), (3, "code is empty")]


def test_a_repeated_code_is_blamed_on_the_later_row():
    sheet = sheet_of({"code": "maji"}, {"code": "afya"}, {"code": "maji"})

    sheet.check_unique("code")

    assert sheet.faults == [(4, "duplicate code “maji”, which row 2 has already")]


def test_each_piece_of_a_list_must_be_known():
    sheet = sheet_of({"levels": "kata|mtaa"}, {"levels": "kata|kijiji| "})

    sheet.check_known(["kata", "mtaa"], "levels", what="level")

    assert sheet.faults == [(3, "unknown level “kijiji”")]


def test_what_the_table_cannot_hold_is_blamed():
    good = {"code": "dawasa", "email": "info@dawasa.example", "phone": "", "subjects": "maji|majitaka"}
    sheet = sheet_of(good, good | {"email": "nobody"}, good | {"phone": "0" * 21}, good | {"subjects": "maji safi"})

    sheet.check_fits(Body, *good)

    assert [number for number, why in sheet.faults] == [3, 4, 5]


def test_at_most_fifty_faults_are_told_and_the_rest_counted():
    bad = BadFile("offices.csv", [(number, "name is empty") for number in range(2, 122)])

    lines = str(bad).splitlines()

    assert lines[0] == "offices.csv was not loaded, and nothing has changed:"
    assert lines[1] == "  row 2: name is empty"
    assert lines[-1] == "  and 70 more faults"
    assert len(lines) == 52


def test_faults_are_told_in_the_order_of_the_rows():
    bad = BadFile("offices.csv", [(9, "later"), (3, "earlier")])

    assert str(bad).splitlines()[1:] == ["  row 3: earlier", "  row 9: later"]
