"""Categories are loaded from a file: all of them, or none."""

import pytest
from django.core.management import CommandError, call_command

from complaints.loading import COLUMNS, load
from complaints.models import Category
from offices.loading import DEPARTMENTS, read_departments, write_departments
from offices.rows import BadFile

HEADER = ",".join(COLUMNS) + "\n"
WATER = "maji,Maji,Water supply,maji,halmashauri,40,no,no,yes,maji|bomba\n"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_loaded(empty_world, in_english):
    """Begin with empty tables."""


@pytest.fixture
def departments():
    write_departments(read_departments(DEPARTMENTS))


@pytest.fixture
def write_csv(tmp_path):
    """Write a file of the given text; give its path."""

    def write(content):
        path = tmp_path / "categories.csv"
        path.write_text(content, encoding="utf-8")
        return path

    return write


def test_the_products_own_categories_load(departments):
    assert load() == 18

    violence = Category.objects.get(code="ukatili")
    assert (violence.department.code, violence.start_level, violence.working_hours) == ("jamii", "halmashauri", 8)
    assert (violence.sensitive, violence.protected, violence.evidence) == (True, True, False)
    assert violence.keywords[:2] == ["ukatili", "kubakwa"]
    assert Category.objects.get(code="mengineyo").keywords == []


def test_loading_twice_changes_nothing(departments):
    load()
    before = list(Category.objects.order_by("pk").values_list())

    load()

    assert list(Category.objects.order_by("pk").values_list()) == before


def test_loading_updates_by_code_and_leaves_alone_what_the_file_does_not_name(departments, write_csv):
    load()

    load(write_csv(HEADER + WATER.replace(",40,", ",16,")))

    assert Category.objects.get(code="maji").working_hours == 16
    assert Category.objects.count() == 18


FAULTY = {
    "unknown department": (WATER.replace(",maji,halm", ",uvuvi,halm"), "unknown department “uvuvi”"),
    "unknown level": (WATER.replace("halmashauri", "kijiji"), "unknown level “kijiji”"),
    "no hours": (WATER.replace(",40,", ",,"), "working_hours is empty"),
    "zero hours": (WATER.replace(",40,", ",0,"), "working_hours must be a positive whole number, not “0”"),
    "less than no hours": (WATER.replace(",40,", ",-8,"), "working_hours must be a positive whole number, not “-8”"),
    "hours in words": (WATER.replace(",40,", ",forty,"), "working_hours must be a positive whole number, not “forty”"),
    "hours without end": (
        WATER.replace(",40,", ",40000,"),
        "working_hours must be a positive whole number, not “40000”",
    ),
    "neither yes nor no": (WATER.replace(",yes,", ",maybe,"), "unknown answer (“yes” or “no”) “maybe”"),
    "no name": (WATER.replace("Water supply", ""), "name_en is empty"),
}


@pytest.mark.parametrize(("row", "why"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_row_is_named_with_the_reason_and_nothing_is_loaded(departments, write_csv, row, why):
    good = WATER.replace("maji,Maji", "kisima,Kisima")

    with pytest.raises(BadFile) as refusal:
        load(write_csv(HEADER + good + row))

    assert refusal.value.faults == [(3, why)]
    assert not Category.objects.exists()


def test_a_repeated_code_is_refused(departments, write_csv):
    with pytest.raises(BadFile) as refusal:
        load(write_csv(HEADER + WATER + WATER))

    assert refusal.value.faults == [(3, "duplicate code “maji”, which row 2 has already")]


def test_the_command_counts_the_categories(departments, capsys):
    call_command("load_categories")

    assert capsys.readouterr().out == "18 categories\n"


def test_the_command_names_the_faults_and_fails(write_csv):
    with pytest.raises(CommandError, match="row 2: unknown department “maji”") as refusal:
        call_command("load_categories", str(write_csv(HEADER + WATER)))

    assert refusal.value.returncode == 1
