"""The figures counted slowly and plainly, one case after the other, to hold the fast count against."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import asdict

from complaints.models import Complaint, Entry
from offices.models import Office, Queue

LIVE = ["received", "queued", "in_hand", "waiting", "referred", "for_approval", "answered"]
FIGURES = {
    "answer": "answered", "approve": "answered", "note": "answered", "confirm": "confirmed",
    "dispute": "disputed", "reopen": "disputed", "lapse": "silent", "hand_up": "escalated", "refer": "referred",
}  # fmt: skip
# What stands on the timeline beside the case's own moves: looking, adding, correcting, leaves, and working together.
NO_MOVES = [
    "read", "reveal", "write_to", "add_words", "attach", "used_before", "flag", "rate", "correct_subject", "correct_place",
    "look_up", "send_receipt", "called", "not_reached",
    "correct_priority", "stand_in", "come_back", "lead_answered", "lead_closed", "body_answered",
    "incident_linked", "incident_unlinked", "incident_over",
    "direct", "carry_out", "ask_contribution", "contribute", "ask_advice", "give_advice", "advise", "acknowledge",
    "call_off", "go_on_without", "fall_away", "agree", "make_public", "make_closed", "lend_name", "keep_name",
]  # fmt: skip
# What the detail says when it is not the case itself that was handed up.
BESIDE = [
    "directive", "directive_overdue", "contribution", "contribution_overdue", "asked_advice", "advice_overdue", "advice",
    "acknowledge_overdue",
]  # fmt: skip


def counted_slowly(asked):
    """Give what `figures.count` should: by row of each dimension the counts, and the tenths of days that answers took."""
    parents = dict(Office.objects.values_list("pk", "parent"))
    queues = {queue.pk: queue for queue in Queue.objects.select_related("office")}
    counts, took, rungs, course = defaultdict(Counter), defaultdict(list), Counter(), defaultdict(Counter)
    bodies, as_of = defaultdict(Counter), min(asked.period.end, asked.at)

    def line(office):
        while office is not None:
            yield office
            office = parents[office]

    def mine(queue):
        return queue is not None and asked.office_id in line(queues[queue].office_id)

    def area(place):
        root = asked.place_id or asked.office_id
        up = list(line(place))
        if root not in up:
            return None
        return up[max(0, up.index(root) - 1)]

    def rows(case, queue):
        """Give the rows in which a happening in this queue counts; none where it is not asked for."""
        department = queues[queue].department_id
        if asked.department_id not in (None, department):
            return []
        if asked.place_id is not None and area(case.place_id) is None:
            return []
        if asked.category_id not in (None, case.category_id) or not case.channel.startswith(asked.channel or ""):
            return []
        return [
            "total", ("department", department), ("category", case.category_id), ("channel", case.channel),
            ("area", area(case.place_id)),
        ]  # fmt: skip

    for case in Complaint.objects.order_by("pk"):
        entries = [
            entry
            for entry in Entry.objects.filter(complaint=case).order_by("number")
            if entry.move not in NO_MOVES and entry.detail not in BESIDE
        ]
        for entry in entries:
            if not asked.period.start <= entry.at < asked.period.end:
                continue
            comes = mine(entry.to_queue_id) and (entry.move == "lodge" or not mine(entry.from_queue_id))
            figure = FIGURES.get(entry.move) if mine(entry.from_queue_id) else None
            figure, queue = ("received", entry.to_queue_id) if comes else (figure, entry.from_queue_id)
            if figure is None:
                continue
            for row in rows(case, queue):
                counts[row][figure] += 1
                if figure == "answered":
                    took[row].append(int((entry.at - case.received_at).total_seconds() // 8640))
            if rows(case, queue):
                course[_step(entry.at, asked.period)][figure] += 1
                if figure == "escalated":
                    rungs[queues[queue].office.level] += 1
                if figure == "referred":
                    bodies[entry.detail.removeprefix("body:")].update(["asked", *_word_of_body(case, entry)])
        before = [entry for entry in entries if entry.at < as_of]
        if before and before[-1].to_state in LIVE and mine(before[-1].to_queue_id):
            last = before[-1]
            late = last.due_at is not None and last.due_at <= as_of
            late = late and last.to_state not in ("waiting", "answered")
            for row in rows(case, last.to_queue_id):
                counts[row]["open"] += 1
                counts[row]["overdue"] += late
    return counts, took, rungs, course, bodies


def _word_of_body(case, refer):
    """Give how a body kept its word from this referral until the case left it."""
    answered = silent = None
    for entry in Entry.objects.filter(complaint=case, number__gt=refer.number).order_by("number"):
        if entry.from_state == "referred" and entry.to_state != "referred":
            break
        if entry.move == "body_answered":
            answered = answered or entry.number
        if entry.detail == "outside_overdue":
            silent = silent or entry.number
    if silent is None or (answered is not None and answered < silent):
        return ["in_time"] if answered else []
    return ["silent", "late"] if answered else ["silent"]


def _step(at, period):
    day = at.astimezone(period.start.tzinfo).date()
    if period.step == "week":
        return day - dt.timedelta(days=day.weekday())
    return day.replace(day=1) if period.step == "month" else day


def as_slowly(counted):
    """Give a fast count in the form of the slow one."""
    rows = {"total": counted.total}
    rows |= {(name, key): row for name, some in counted.rows.items() for key, row in some.items()}
    counts = {name: row.counts for name, row in rows.items()}
    took = {name: sorted(row.took.elements()) for name, row in rows.items() if row.took}
    bodies = {code: asdict(each) for code, each in counted.bodies.items()}
    return counts, took, counted.rungs, counted.course, bodies


def agree(asked, counted):
    """Hold a fast count against the slow one."""
    counts, took, rungs, course, bodies = as_slowly(counted)
    slow_counts, slow_took, slow_rungs, slow_course, slow_bodies = counted_slowly(asked)
    assert bare(counts) == bare(slow_counts)
    assert took == {row: sorted(each) for row, each in slow_took.items()}
    assert rungs == slow_rungs
    assert bare(course) == bare(slow_course)
    assert bare(bodies) == bare(slow_bodies)
    for row, each in slow_took.items():
        figures = counted.total if row == "total" else counted.rows[row[0]][row[1]]
        assert figures.median == nearest_rank(each, 50) / 10
        assert figures.p90 == nearest_rank(each, 90) / 10


def nearest_rank(values, percent):
    """Give the value that so many of a hundred do not exceed."""
    return sorted(values)[-(-len(values) * percent // 100) - 1]


def bare(counters):
    """Leave out what is nought."""
    some = {key: {name: many for name, many in row.items() if many} for key, row in counters.items()}
    return {key: row for key, row in some.items() if row}
