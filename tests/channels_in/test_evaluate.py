"""How well complaints are understood, measured as an operator measures it."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from channels_in.evaluation import measure, rows_of

pytestmark = pytest.mark.django_db

SHEETS = Path("benchmarks/understanding")


def test_the_half_that_nobody_tuned_on_is_read_as_well_as_we_say():
    subjects, places = measure(rows_of(SHEETS / "report.csv"))

    assert (subjects.asked, places.asked) == (126, 53)
    assert subjects.first >= 0.75 * subjects.asked
    assert subjects.among >= 0.90 * subjects.asked
    assert subjects.sure_and_right >= 0.9 * subjects.sure
    assert places.first >= 0.9 * places.asked


def test_the_two_halves_share_no_sentence():
    report, tune = ({row["text"].casefold() for row in rows_of(SHEETS / name)} for name in ("report.csv", "tune.csv"))

    assert (len(report), len(tune), report & tune) == (126, 126, set())


def test_the_command_prints_both_accuracies_and_what_was_taken_for_what(tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "text,category,place\nHakuna maji bomba limepasuka Tabata,maji,Tabata\nUmeme umekatika nguzo imeanguka,maji,\n"
    )
    out = io.StringIO()

    call_command("evaluate", str(sheet), "--explain", stdout=out)

    lines = out.getvalue().splitlines()
    assert sum(">" in line for line in lines) == 1
    assert lines[1].startswith("subjects 2: top-1 50.0%, top-3 ")
    assert lines[2].startswith("places   1: top-1 100.0%, top-3 100.0%")
    assert any(line.split()[:3] == ["maji", "1", "1"] for line in lines)
    assert any(line.startswith("maji>umeme") for line in lines)


def test_what_is_right_may_be_given_by_name():
    rows = [{"text": "Hakuna maji bomba limepasuka Tabata kisiwani", "category": "Water supply", "place": "Kisiwani"}]

    subjects, places = measure(rows)

    assert (subjects.first, places.first) == (1, 1)


@pytest.mark.parametrize("content", ["text,category\nmaji,maji\n", "\x00\xff", ""])
def test_what_is_no_such_sheet_is_refused_in_words(tmp_path, content):
    sheet = tmp_path / "sheet.csv"
    sheet.write_bytes(content.encode("latin-1"))

    with pytest.raises(CommandError):
        call_command("evaluate", str(sheet))


def test_a_file_that_is_not_there_is_refused_in_words():
    with pytest.raises(CommandError):
        call_command("evaluate", "nowhere.csv")
