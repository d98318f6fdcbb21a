"""The picture and the BPMN file show every step and every move of the flow page, and need no style of their own."""

from collections import Counter
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.core.management import call_command
from django.utils import translation

from complaints.models import Complaint
from offices.models import User
from tests.workflows.stories import case_in, moves, queue, staff
from workflows import actions
from workflows.desk import diagram
from workflows.flows import ComplaintFlow

SVG = "{http://www.w3.org/2000/svg}"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
ROOT = Path(__file__).parents[2]


def picture(complaint=None):
    """Give the picture, parsed."""
    return ET.fromstring(diagram.svg(complaint))


def steps(drawn):
    """Give the drawn steps by name."""
    return {group.get("data-step"): group for group in drawn.iter(f"{SVG}g") if group.get("data-step")}


def drawn_moves(drawn):
    """Give the moves that stand in the picture, each as (from, to, move)."""
    between = {
        (group.get("data-from"), group.get("data-to"), label.get("data-move"))
        for group in drawn.iter(f"{SVG}g")
        for label in group.iter(f"{SVG}text")
        if group.get("data-from")
    }
    within = {
        (name, name, label.get("data-move"))
        for name, group in steps(drawn).items()
        for label in group.iter(f"{SVG}text")
        if label.get("data-move")
    }
    return between | within


def table_moves():
    """Give the moves of the table in the same form."""
    return {(row["node_from"], row["node_to"].replace("end", "ended"), row["move"]) for row in moves()}


BESIDE = {
    *((step, step, "hand_up") for step in ("directive", "contribution", "asked_advice", "advice")),
    ("directive", "carried_out", "carry_out"),
    ("directive", "carried_out", "call_off"),
    ("contribution", "contributed", "contribute"),
    ("contribution", "contributed", "call_off"),
    ("asked_advice", "advice", "give_advice"),
    ("asked_advice", "advised", "call_off"),
    ("advice", "advised", "acknowledge"),
}


def test_every_step_and_every_move_of_the_table_is_in_the_picture_and_nothing_else():
    drawn = picture()

    assert set(steps(drawn)) == {node.name for node in ComplaintFlow.instance.nodes()}
    assert drawn_moves(drawn) == table_moves() | BESIDE


def test_every_step_and_every_move_of_the_table_is_in_the_bpmn_and_nothing_else():
    process = ET.fromstring(diagram.bpmn()).find(f"{BPMN}process")

    flows = {
        (flow.get("sourceRef").removeprefix("id_node_"), flow.get("targetRef").removeprefix("id_node_"), move)
        for flow in process.iter(f"{BPMN}sequenceFlow")
        for move in flow.get("name").split(", ")
    }

    names = {node.get("id") for kind in ("startEvent", "userTask", "endEvent") for node in process.iter(BPMN + kind)}
    assert names == {f"id_node_{node.name}" for node in ComplaintFlow.instance.nodes()}
    assert flows == table_moves() | BESIDE


def test_the_bpmn_has_unique_ids_and_every_reference_leads_somewhere():
    everything = list(ET.fromstring(diagram.bpmn()).iter())
    ids = Counter(element.get("id") for element in everything if element.get("id"))
    references = {
        element.get(name)
        for element in everything
        for name in ("sourceRef", "targetRef", "bpmnElement", "sourceElement", "targetElement")
        if element.get(name)
    } | {element.text for element in everything if element.tag in (f"{BPMN}incoming", f"{BPMN}outgoing")}

    assert set(ids.values()) == {1}
    assert references <= set(ids)


def test_every_step_and_line_of_the_bpmn_has_a_place_on_the_sheet():
    plane = ET.fromstring(diagram.bpmn()).find(f".//{DI}BPMNPlane")

    shapes, edges = plane.findall(f"{DI}BPMNShape"), plane.findall(f"{DI}BPMNEdge")

    assert (len(shapes), len(edges)) == (16, 26 + 9)
    assert all(len(edge) >= 2 for edge in edges)


def test_the_picture_passes_a_strict_content_security_policy():
    everything = list(picture().iter())

    assert [element.tag for element in everything if element.tag in (f"{SVG}style", f"{SVG}script")] == []
    names = {name for element in everything for name in element.attrib}
    assert [name for name in names if name == "style" or name.startswith("on") or "href" in name] == []


@pytest.mark.parametrize("language", ["sw", "en"])
def test_no_two_labels_lie_on_each_other(language):
    with translation.override(language):
        boxes = [extent(label) for label in picture().iter(f"{SVG}text")]

    overlapping = [
        (one[0], other[0])
        for one, other in combinations(boxes, 2)
        if one[1] < other[2] and other[1] < one[2] and abs(one[3] - other[3]) < 12
    ]

    assert overlapping == []


@pytest.mark.parametrize("language", ["sw", "en"])
def test_the_words_of_a_step_stand_within_its_box(language):
    with translation.override(language):
        groups = [group for group in steps(picture()).values() if group.find(f"{SVG}rect") is not None]

    outside = [
        words
        for group in groups
        for words, left, right, y in map(extent, group.iter(f"{SVG}text"))
        for box in [{name: int(group.find(f"{SVG}rect").get(name)) for name in ("x", "y", "width", "height")}]
        if not (box["x"] < left and right <= box["x"] + box["width"] and box["y"] < y < box["y"] + box["height"])
    ]

    assert outside == []


def extent(label):
    """Give a label's words, its left and right end as its letters are reckoned, and its baseline."""
    x, width = int(label.get("x")), (9 if label.get("font-weight") == "bold" else 7.2) * len(label.text)
    left = x - {"start": 0, "middle": width / 2, "end": width}[label.get("text-anchor", "start")]
    return label.text, left, left + width, int(label.get("y"))


def test_the_picture_speaks_the_language_of_the_page():
    with translation.override("sw"):
        drawn = diagram.svg()

    assert ">Chukua<" in drawn
    assert ">Take<" not in drawn


def marked(drawn, word):
    """Give the names of the steps that carry a class."""
    return {name for name, group in steps(drawn).items() if word in group.get("class").split()}


WHERE = {
    "received": "triage",
    "queued": "work",
    "in_hand": "work",
    "waiting": "question",
    "referred": "outside",
    "for_approval": "approval",
    "answered": "verdict",
    "closed": "resting",
    "ended": "ended",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "step"), WHERE.items())
def test_the_picture_of_a_case_shows_where_it_is(state, step):
    drawn = picture(case_in(state).case)

    assert marked(drawn, "here") == {step}
    assert [group.get("data-step") for group in drawn.iter() if group.get("aria-current") == "step"] == [step]


@pytest.mark.django_db
def test_the_picture_of_a_case_shows_where_it_has_been_and_what_stands_beside_it():
    story = case_in("answered")
    leader = staff("kiongozi.120")
    actions.direct(story.case, to=queue("120", "maji"), words="Go there.", by=leader, at=story.at)

    drawn = picture(story.case)

    assert marked(drawn, "been") == {"lodge", "work"}
    assert marked(drawn, "here") == {"verdict", "directive"}


@pytest.mark.django_db
def test_the_picture_of_a_case_costs_one_query(django_assert_num_queries):
    case = Complaint.objects.get(pk=case_in("answered").case.pk)

    with django_assert_num_queries(1):
        diagram.svg(case)


@pytest.mark.django_db
def test_the_page_shows_the_picture_of_the_case(client):
    case = case_in("in_hand").case
    client.force_login(User.objects.get(username="afisa.120.maji"))

    page = client.get(f"/desk/cases/{case.reference}/diagram/").content.decode()

    with translation.override("sw"):
        assert diagram.svg(case) in page


def test_the_command_writes_both_files(tmp_path):
    call_command("flow_diagram", svg=tmp_path / "flow.svg", bpmn=tmp_path / "flow.bpmn", verbosity=0)

    assert ET.parse(tmp_path / "flow.svg").getroot().tag == f"{SVG}svg"
    assert ET.parse(tmp_path / "flow.bpmn").getroot().tag == f"{BPMN}definitions"


def test_the_picture_in_the_documentation_is_the_one_that_the_code_draws():
    with translation.override("en"):
        assert (ROOT / "docs/flow.svg").read_text(encoding="utf-8") == diagram.svg() + "\n"
