"""The flow page as a picture, and as BPMN 2.0 for other tools: steps and moves are read from the page.

Only the places stand here: Viewflow's own layout lets lines and labels of so many ways lie on each other. A step or a
pair of steps without a place is an error at once. The picture carries no style of its own, only attributes that a strict
Content-Security-Policy lets pass, and classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Any
from xml.etree import ElementTree as ET

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.workflow import chart

from complaints.models import Complaint
from workflows import words
from workflows.flows import ComplaintFlow
from workflows.models import ComplaintTask
from workflows.nodes import Way

Point = tuple[int, int]

WIDTH, HEIGHT = 1910, 1300
FONT = "system-ui, Roboto, 'Noto Sans', sans-serif"
INK, LINE, PAPER, GREEN, GREY, HERE = "#14201a", "#4a5650", "#ffffff", "#eff5f1", "#4a5650", "#ffcf33"
SIZE, LEADING, TITLE_LETTER = 14, 18, 9  # of letters, from line to line, and the width of a title's letter at most


@dataclass(frozen=True)
class Place:
    """Where a step stands, and what it is called."""

    x: int
    y: int
    width: int
    height: int
    title: Any


@dataclass(frozen=True)
class Route:
    """How the line from one step to another runs, and where the moves stand that follow it: the last one's baseline."""

    points: tuple[Point, ...]
    label: Point
    anchor: str = "start"


PLACES = {
    "lodge": Place(70, 395, 50, 50, gettext_lazy("The citizen speaks")),
    "triage": Place(200, 375, 230, 90, gettext_lazy("Complaints desk")),
    "work": Place(620, 320, 350, 200, gettext_lazy("Work at an office")),
    "question": Place(440, 690, 235, 90, gettext_lazy("Question to the citizen")),
    "outside": Place(850, 90, 250, 100, gettext_lazy("With another institution")),
    "approval": Place(875, 690, 235, 90, gettext_lazy("Approval of an answer")),
    "verdict": Place(1210, 375, 190, 90, gettext_lazy("Is it settled?")),
    "resting": Place(1610, 375, 260, 90, gettext_lazy("Closed, may be reopened")),
    "ended": Place(1785, 580, 50, 50, gettext_lazy("Closed for good")),
    "directive": Place(200, 870, 235, 90, gettext_lazy("A leader's directive")),
    "carried_out": Place(650, 885, 50, 50, gettext_lazy("Carried out")),
    "contribution": Place(200, 1000, 235, 110, gettext_lazy("Another department's part")),
    "contributed": Place(650, 1025, 50, 50, gettext_lazy("Given or called off")),
    "asked_advice": Place(200, 1150, 235, 90, gettext_lazy("Advice is asked for")),
    "advice": Place(650, 1150, 235, 90, gettext_lazy("A leader's advice")),
    "advised": Place(1150, 1165, 50, 50, gettext_lazy("Read or called off")),
}

ROUTES = {
    ("lodge", "triage"): Route(((120, 420), (200, 420)), (159, 412), "middle"),
    ("lodge", "work"): Route(((95, 395), (95, 270), (650, 270), (650, 320)), (107, 262)),
    ("triage", "work"): Route(((430, 420), (620, 420)), (524, 412), "middle"),
    ("triage", "resting"): Route(((270, 375), (270, 45), (1830, 45), (1830, 375)), (280, 362)),
    ("work", "question"): Route(((635, 520), (635, 690)), (627, 560), "end"),
    ("question", "work"): Route(((657, 690), (657, 520)), (665, 672)),
    ("work", "outside"): Route(((880, 320), (880, 190)), (872, 262), "end"),
    ("outside", "work"): Route(((920, 190), (920, 320)), (928, 214)),
    ("work", "approval"): Route(((897, 520), (897, 690)), (889, 560), "end"),
    ("approval", "work"): Route(((925, 690), (925, 520)), (933, 672)),
    ("work", "verdict"): Route(((970, 400), (1210, 400)), (1090, 392), "middle"),
    ("verdict", "work"): Route(((1210, 440), (970, 440)), (1090, 458), "middle"),
    ("work", "resting"): Route(((970, 340), (1550, 340), (1550, 395), (1610, 395)), (985, 332)),
    ("outside", "verdict"): Route(((1100, 165), (1305, 165), (1305, 375)), (1113, 157)),
    ("outside", "resting"): Route(((1100, 115), (1780, 115), (1780, 375)), (1113, 107)),
    ("approval", "verdict"): Route(((1110, 715), (1305, 715), (1305, 465)), (1123, 707)),
    ("approval", "resting"): Route(((1110, 760), (1660, 760), (1660, 465)), (1123, 752)),
    ("question", "resting"): Route(((557, 780), (557, 815), (1690, 815), (1690, 465)), (570, 807)),
    ("verdict", "resting"): Route(((1400, 440), (1610, 440)), (1410, 432)),
    ("resting", "work"): Route(((1632, 465), (1632, 565), (955, 565), (955, 520)), (1620, 557), "end"),
    ("resting", "ended"): Route(((1810, 465), (1810, 580)), (1802, 540), "end"),
    ("directive", "carried_out"): Route(((435, 910), (650, 910)), (542, 902), "middle"),
    ("contribution", "contributed"): Route(((435, 1050), (650, 1050)), (542, 1042), "middle"),
    ("asked_advice", "advice"): Route(((435, 1190), (650, 1190)), (542, 1182), "middle"),
    ("asked_advice", "advised"): Route(
        ((317, 1240), (317, 1275), (1290, 1275), (1290, 1190), (1200, 1190)), (330, 1267)
    ),
    ("advice", "advised"): Route(((885, 1190), (1150, 1190)), (1017, 1182), "middle"),
}

WAITS_FOR = {
    "clerk": gettext_lazy("waits for the complaints desk"),
    "officer": gettext_lazy("waits for an officer"),
    "supervisor": gettext_lazy("waits for the supervisor"),
    "leader": gettext_lazy("waits for a leader"),
    "citizen": gettext_lazy("waits for the citizen"),
    "body": gettext_lazy("waits for the institution"),
}


def svg(complaint: Complaint | None = None) -> SafeString:
    """Give the picture of the flow; of a complaint it shows where it has been and where it is."""
    here, been = position(complaint) if complaint else (set(), set())
    picture = _frame()
    for pair, ways in ways_between().items():
        _draw_way(picture, pair, ways)
    for node in ComplaintFlow.instance.nodes():
        _draw_node(picture, node, node.name in here, node.name in been)
    _draw_key(picture, bool(complaint))
    return mark_safe(ET.tostring(picture, encoding="unicode"))  # noqa: S308  (every word went through ElementTree)


def position(complaint: Complaint) -> tuple[set[str], set[str]]:
    """Give the names of the steps at which a complaint is, and of those at which it has been."""
    tasks = list(ComplaintTask.objects.filter(process=complaint).only("flow_task", "finished", "process"))
    finished = {task.flow_task.name for task in tasks if task.finished}
    here = {task.flow_task.name for task in tasks if not task.finished} or finished & {"ended"}
    return here, finished


def ways_between() -> dict[tuple[str, str], list[Way]]:
    """Give the moves from each step to each other one, in the order of the page; those that stay are left out."""
    between: dict[tuple[str, str], list[Way]] = {}
    for node in ComplaintFlow.instance.nodes():
        for way in node.ways:
            if not way.stays:
                between.setdefault((node.name, way.target.name), []).append(way)
    return between


def bpmn() -> str:
    """Give the flow as BPMN 2.0, by Viewflow's export, with the same places and lines as the picture."""
    grid = chart.calc_layout_data(ComplaintFlow)
    grid.width, grid.height = WIDTH, HEIGHT
    for cell in grid.cells:
        place = PLACES[cell.node.name]
        cell.shape.x, cell.shape.y = place.x, place.y
        cell.shape.width, cell.shape.height = place.width, place.height
        cell.shape.text, cell.title = [], str(place.title)
    for edge in grid.edges:
        edge.segments = list(_line_of(edge.src.name, edge.dst.name))
    return str(chart.grid_to_bpmn(grid))


def _line_of(source: str, target: str) -> Iterable[Point]:
    if source != target:
        return ROUTES[source, target].points
    place = PLACES[source]
    right, top = place.x + place.width, place.y
    return (
        (right - 40, top),
        (right - 40, top - 20),
        (right + 20, top - 20),
        (right + 20, top + 30),
        (right, top + 30),
    )


# Drawing, with attributes alone.


def _frame() -> ET.Element:
    picture = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {HEIGHT}", "width": str(WIDTH),
            "height": str(HEIGHT), "role": "img", "class": "flow", "font-family": FONT, "font-size": str(SIZE),
            "fill": INK,
        },
    )  # fmt: skip
    ET.SubElement(picture, "title").text = _("A complaint's way, from first word to closure")
    marker = ET.SubElement(
        ET.SubElement(picture, "defs"),
        "marker",
        {"id": "flow-arrow", "markerWidth": "9", "markerHeight": "8", "refX": "8", "refY": "4", "orient": "auto"},
    )
    ET.SubElement(marker, "path", {"d": "M0,0 L9,4 L0,8 z", "fill": LINE})
    ET.SubElement(picture, "rect", {"width": str(WIDTH), "height": str(HEIGHT), "fill": PAPER})
    return picture


def _draw_way(picture: ET.Element, pair: tuple[str, str], ways: list[Way]) -> None:
    route = ROUTES[pair]
    group = ET.SubElement(picture, "g", {"class": "way", "data-from": pair[0], "data-to": pair[1]})
    line = {"fill": "none", "stroke": LINE, "stroke-width": "1.5", "marker-end": "url(#flow-arrow)"}
    ET.SubElement(group, "path", {"d": rounded(route.points), **line})
    x, y = route.label
    # A white rim, drawn first, keeps a label legible where a line crosses it.
    rim = {"stroke": PAPER, "stroke-width": "4", "stroke-linejoin": "round", "paint-order": "stroke"}
    _draw_moves(ET.SubElement(group, "g", rim), ways, x, y - LEADING * (len(ways) - 1), route.anchor)


def rounded(points: Iterable[Point], radius: int = 10) -> str:
    """Give the path through these points, from one to the next straight up or across, with round corners."""
    points = list(points)
    bends = zip(points, points[1:], points[2:], strict=False)
    corners = [
        f"L{_towards(at, before, radius)} Q{at[0]},{at[1]} {_towards(at, after, radius)}" for before, at, after in bends
    ]
    (x, y), (end_x, end_y) = points[0], points[-1]
    return " ".join([f"M{x},{y}", *corners, f"L{end_x},{end_y}"])


def _towards(at: Point, other: Point, length: int) -> str:
    steps = [max(-length, min(length, other[axis] - at[axis])) for axis in (0, 1)]
    return f"{at[0] + steps[0]},{at[1] + steps[1]}"


def _draw_moves(parent: ET.Element, ways: list[Way], x: int, y: int, anchor: str = "start") -> None:
    for line, way in enumerate(ways):
        label = {"x": str(x), "y": str(y + LEADING * line), "text-anchor": anchor, "data-move": way.move}
        if "citizen" in way.by:
            label |= {"font-style": "italic", "class": "by-citizen"}
        ET.SubElement(parent, "text", label).text = move_label(way)


def move_label(way: Way) -> str:
    """Give what the picture calls a move; a star says that the clock makes it."""
    return f"{words.MOVES[way.move].button}{' *' if 'clock' in way.by else ''}"


def _draw_node(picture: ET.Element, node: Any, here: bool, been: bool) -> None:
    place = PLACES[node.name]
    classes = ["step", *(["here"] if here else []), *(["been"] if been else [])]
    group = ET.SubElement(picture, "g", {"class": " ".join(classes), "data-step": node.name})
    look = {"fill": HERE if here else GREEN if been else PAPER, "stroke": INK, "stroke-width": "4" if here else "1.5"}
    if here:
        group.set("aria-current", "step")
    if node.task_type == "HUMAN":
        _draw_step(group, place, node, look)
    else:
        _draw_event(group, place, node, look)


def _draw_event(group: ET.Element, place: Place, node: Any, look: dict[str, str]) -> None:
    radius = place.width // 2
    x, y = place.x + radius, place.y + radius
    rim = {} if node.task_type != "END" else {"stroke-width": "5"}
    ET.SubElement(group, "circle", {"cx": str(x), "cy": str(y), "r": str(radius), **look, **rim})
    _write(group, str(place.title), x, place.y + place.height + LEADING, "middle", bold=True)


def _draw_step(group: ET.Element, place: Place, node: Any, look: dict[str, str]) -> None:
    box = {"x": place.x, "y": place.y, "width": place.width, "height": place.height, "rx": 8}
    ET.SubElement(group, "rect", {**{name: str(value) for name, value in box.items()}, **look})
    x, y = place.x + 12, place.y + 25
    for line in wrap(str(place.title), (place.width - 24) // TITLE_LETTER):
        _write(group, line, x, y, bold=True)
        y += LEADING + 2
    _write(group, str(WAITS_FOR[node.waits_for]), x, y, fill=GREY)
    staying = list(_staying(node))
    if staying:
        rule = {"x1": place.x, "x2": place.x + place.width, "y1": y + 11, "y2": y + 11}
        ET.SubElement(group, "line", {**{name: str(value) for name, value in rule.items()}, "stroke": "#c3cec7"})
        _draw_moves(group, staying, x, y + 32)


def _staying(node: Any) -> Iterator[Way]:
    """Give the moves that stay at a step, each once."""
    return iter({way.move: way for way in node.ways if way.stays}.values())


def _write(
    group: ET.Element, text: str, x: int, y: int, anchor: str = "start", *, bold: bool = False, fill: str = INK
) -> None:
    look = {"font-weight": "bold", "font-size": str(SIZE + 2)} if bold else {}
    ET.SubElement(group, "text", {"x": str(x), "y": str(y), "text-anchor": anchor, "fill": fill, **look}).text = text


def _draw_key(picture: ET.Element, of_a_case: bool) -> None:
    key = ET.SubElement(picture, "g", {"class": "key"})
    x, y = 1210, 885
    sloping = {"x": str(x), "y": str(y), "font-style": "italic"}
    ET.SubElement(key, "text", sloping).text = _("Sloping: said by the citizen, or by a clerk for the citizen")
    _write(key, _("* by the clock, when the time is over"), x, y + LEADING)
    if of_a_case:
        ET.SubElement(
            key, "rect", {"x": str(x), "y": str(y + 30), "width": "26", "height": "16", "fill": HERE, "stroke": INK}
        )
        _write(key, _("Here it is now"), x + 36, y + 43)
