"""Offices, departments, bodies, queues and the calendar are loaded from files: all of it, or nothing."""

import csv
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from offices import loading
from offices.calendar import calendar
from offices.loading import load
from offices.models import Body, Department, Holiday, Office, Queue, WorkingHours
from offices.rows import BadFile

DAR = loading.DATA / "offices-dar-es-salaam.csv"
HEADER = "code,level,name,parent_code\n"
LINE = HEADER + "1,mkoa,Dar es Salaam,\n12,wilaya,Ilala,1\n120,halmashauri,Jiji,12\n12103,kata,Tabata,120\n"
TABLES = (Office, Department, Body, Queue, WorkingHours, Holiday)

pytestmark = pytest.mark.django_db


def everything():
    """Give every row that loading may touch."""
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in TABLES}


def faults(path):
    """Give what is wrong with a file of offices, after making sure that it changed nothing."""
    before = everything()
    with pytest.raises(BadFile) as refusal:
        load(path)
    assert everything() == before
    return refusal.value.faults


def test_dar_es_salaam_is_six_levels_and_the_oversight_desk():
    load(DAR)

    assert Counter(Office.objects.values_list("level", flat=True)) == {
        "usimamizi": 1,
        "mkoa": 1,
        "wilaya": 5,
        "halmashauri": 5,
        "tarafa": 12,
        "kata": 102,
        "mtaa": 565,
    }
    line = [office.code for office in Office.objects.line(Office.objects.get(code="1210302").pk)]
    assert line == ["1210302", "12103", "122", "120", "12", "1", "0"]
    assert Office.objects.under(Office.objects.get(code="0").pk).count() == 691


def test_every_office_has_a_complaints_desk_and_the_departments_of_its_level():
    load(DAR)

    desks = Queue.objects.filter(department__code="malalamiko")
    at_the_district = Queue.objects.filter(office__code="12").values_list("department__code", flat=True)
    assert desks.count() == 691
    assert set(at_the_district) == {"malalamiko", "utawala", "usalama", "maadili"}


def test_loading_seeds_hours_and_the_holidays_of_five_years():
    counts = load(DAR)

    assert WorkingHours.objects.count() == 5
    assert len(set(Holiday.objects.values_list("date__year", flat=True))) == 5
    assert counts == {
        "offices": 691,
        "departments": 15,
        "bodies": 9,
        "queues": Queue.objects.count(),
        "holidays": Holiday.objects.count(),
    }


def test_loading_twice_changes_nothing():
    load(DAR)
    first = everything()

    load(DAR)

    assert everything() == first


def test_loading_updates_by_code_and_leaves_alone_what_the_file_does_not_name(write_csv):
    load(write_csv(LINE))
    tabata = Office.objects.get(code="12103")

    load(write_csv(HEADER + "14,wilaya,Kinondoni,1\n12103,kata,Tabata Mpya,14\n"))

    tabata.refresh_from_db()
    assert (tabata.name, tabata.parent.code) == ("Tabata Mpya", "14")
    assert set(Office.objects.values_list("code", flat=True)) == {"1", "12", "120", "12103", "14"}


def test_rows_may_stand_in_any_order(write_csv):
    header, *rows = LINE.splitlines()

    load(write_csv("\n".join([header, *reversed(rows)])))

    assert Office.objects.get(code="12103").parent.parent.parent.code == "1"


def test_another_regions_departments_and_bodies_are_loaded_from_their_files(write_csv):
    levels = "usimamizi|mkoa|wilaya|halmashauri|tarafa|kata|mtaa"
    departments = f"code,name_sw,name_en,levels\nmalalamiko,Dawati,Desk,{levels}\nuvuvi,Uvuvi,Fisheries,kata\n"
    bodies = "code,name_sw,name_en,subjects,phone,email,note\ntafiri,TAFIRI,TAFIRI,uvuvi|bahari,,,\n"

    load(write_csv(LINE), write_csv(departments, "departments.csv"), write_csv(bodies, "bodies.csv"))

    assert Queue.objects.filter(department__code="uvuvi").get().office.code == "12103"
    assert Body.objects.get().subjects == ["uvuvi", "bahari"]


def test_a_new_calendar_holds_at_once():
    assert calendar().hours == {}

    load(DAR)

    assert set(calendar().hours) == {0, 1, 2, 3, 4}


FAULTY = {
    "unknown level": ("5,kijiji,Pemba,1\n", [(6, "unknown level “kijiji”")]),
    "missing parent": ("5,kata,Pemba,99\n", [(6, "missing parent “99”")]),
    "no parent at all": ("5,kata,Pemba,\n", [(6, "a kata must have a parent")]),
    "duplicate code": ("12,wilaya,Ilala,1\n", [(6, "duplicate code “12”, which row 3 has already")]),
    "its own parent": ("5,kata,Pemba,5\n", [(6, "cycle: it would stand beneath itself")]),
    "a cycle": (
        "5,tarafa,Pemba,7\n6,kata,Wete,5\n7,mtaa,Chake,6\n8,mtaa,Konde,6\n",
        [
            (6, "cycle: it would stand beneath itself"),
            (7, "cycle: it would stand beneath itself"),
            (8, "cycle: it would stand beneath itself"),
        ],
    ),
    "parent of the same level": (
        "5,kata,Pemba,12103\n",
        [(6, "the parent “12103” is a kata, which is not higher than a kata")],
    ),
    "parent of a lower level": (
        "5,wilaya,Pemba,120\n",
        [(6, "the parent “120” is a halmashauri, which is not higher than a wilaya")],
    ),
    "duplicate code, badly placed": (
        "12,wilaya,Ilala,99\n",
        [(6, "duplicate code “12”, which row 3 has already"), (6, "missing parent “99”")],
    ),
    "empty name": ("5,kata, ,12\n", [(6, "name is empty")]),
    "empty code": (",kata,Pemba,12\n", [(6, "code is empty")]),
    "NUL": ("5,kata,Pem\0ba,12\n", [(6, "there is an unprintable character in it")]),
    "Latin-1": (b"5,kata,Caf\xe9,12\n", [(6, "not written in UTF-8")]),
    "several at once": (
        "5,kijiji,,12\n6,kata,Wete,99\n",
        [(6, "name is empty"), (6, "unknown level “kijiji”"), (7, "missing parent “99”")],
    ),
}


@pytest.mark.parametrize(("rows", "expected"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_row_is_named_with_the_reason_and_nothing_is_loaded(write_csv, rows, expected):
    path = write_csv(LINE.encode() + (rows if isinstance(rows, bytes) else rows.encode()))

    assert faults(path) == expected


def test_too_long_a_name_is_refused(write_csv):
    [(number, why)] = faults(write_csv(LINE + f"5,kata,{'a' * 121},12\n"))

    assert number == 6
    assert "at most 120 characters" in why


def test_an_office_may_not_sink_below_those_that_stand_beneath_it_already(write_csv):
    load(write_csv(LINE))

    assert faults(write_csv(HEADER + "120,mtaa,Jiji,12\n")) == [
        (2, "“12103”, beneath it already: the parent “120” is a mtaa, which is not higher than a kata")
    ]


def test_a_cycle_through_offices_that_are_known_already_is_found(write_csv):
    load(write_csv(LINE))

    [(number, why)] = faults(write_csv(HEADER + "1,mkoa,Dar es Salaam,12103\n"))

    assert number == 2
    assert why == "cycle: it would stand beneath itself"


def test_seventy_thousand_offices_in_one_endless_line_are_refused_quickly(write_csv):
    rows = "".join(f"{code},mtaa,x,{code + 1}\n" for code in range(70_000))

    with pytest.raises(BadFile) as refusal:
        load(write_csv(HEADER + rows + "70000,mtaa,x,0\n"))

    assert len(refusal.value.faults) == 70_001


DESKLESS = {
    "without a desk": ("uvuvi,Uvuvi,Fisheries,kata\n", [(1, "the complaints desk (code “malalamiko”) is missing")]),
    "a desk that is not everywhere": (
        "malalamiko,Dawati,Desk,usimamizi|mkoa|wilaya|halmashauri|tarafa|kata\n",
        [(2, "the complaints desk must exist at level “mtaa”")],
    ),
}


@pytest.mark.parametrize(("rows", "expected"), DESKLESS.values(), ids=DESKLESS)
def test_there_is_a_complaints_desk_everywhere(write_csv, rows, expected):
    departments = write_csv("code,name_sw,name_en,levels\n" + rows, "departments.csv")

    with pytest.raises(BadFile) as refusal:
        load(DAR, departments)

    assert refusal.value.faults == expected
    assert not Office.objects.exists()


def test_a_fault_of_the_database_leaves_nothing_half_loaded(monkeypatch):
    def fail():
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(loading, "open_queues", fail)
    before = everything()

    with pytest.raises(RuntimeError):
        load(DAR)

    assert everything() == before


def test_the_command_counts_what_it_loaded(capsys):
    call_command("load_offices", str(DAR))

    out, err = capsys.readouterr()
    assert out.startswith("691 offices, 15 departments, 9 bodies, ")
    assert "100%" in err


def test_the_command_names_the_faults_and_fails(write_csv):
    with pytest.raises(CommandError, match="row 6: unknown level “kijiji”") as refusal:
        call_command("load_offices", str(write_csv(LINE + "5,kijiji,Pemba,1\n")))

    assert refusal.value.returncode == 1


@pytest.fixture
def three_thousand(tmp_path):
    """Give a file of a made-up region with some 3,000 offices, a small form of a whole country's 70,000."""
    path = tmp_path / "three-thousand.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerows([loading.OFFICE_COLUMNS, ["R", "mkoa", "R", ""]])
        for district in range(5):
            rows.writerow([f"D{district}", "wilaya", f"D{district}", "R"])
            for ward in range(30):
                rows.writerow([f"D{district}W{ward}", "kata", f"W{ward}", f"D{district}"])
                rows.writerows([f"D{district}W{ward}S{n}", "mtaa", f"S{n}", f"D{district}W{ward}"] for n in range(20))
    return path


def test_loading_asks_the_database_by_batches_not_by_rows(three_thousand, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        counts = load(three_thousand)

    assert counts["offices"] == 3156


def test_an_offices_subtree_is_one_indexed_question(three_thousand, django_assert_num_queries):
    load(three_thousand)
    district = Office.objects.get(code="D3").pk
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE offices_office")

    with django_assert_num_queries(1):
        beneath = {office.code for office in Office.objects.under(district)}

    assert len(beneath) == 631
    assert "offices_office_parent_id" in Office.objects.filter(pk__in=[district]).under(district).explain()
