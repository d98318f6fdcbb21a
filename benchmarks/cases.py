"""Lodging, taking and answering: ours, the same rows in raw SQL, and stock Viewflow."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from viewflow.workflow.models import Task

from benchmarks.measure import Result, compared, medians
from benchmarks.stock import StockFlow
from channels_in.citizens import digest_of
from complaints.models import Category, Citizen
from complaints.references import new_reference
from offices import actors
from offices.models import Office, User
from offices.tree import queue_at
from workflows import actions
from workflows.actions import Done, Said

WORDS = "Maji hayatoki mtaa wa Tabata siku tatu sasa, tunaomba msaada wa haraka."
ROUNDS, TIMES = 5, 60
BULK = 500


class Scene:
    """What every case of the benchmark shares: a citizen, a place, an officer, and the moment."""

    def __init__(self) -> None:
        self.at = dt.datetime.now(dt.UTC)
        phone = "+255700000012"
        self.citizen, _new = Citizen.objects.get_or_create(
            phone_digest=digest_of(phone), defaults={"phone": phone, "created_at": self.at}
        )
        self.by = actors.citizen(self.citizen.pk, via="api")
        self.category = Category.objects.select_related("department").get(code="umeme")
        self.place = Office.objects.get(code="1210302")
        self.officer = actors.person(User.objects.get(username="afisa.120.maji"), at=self.at)
        self.queue = queue_at(Office.objects.get(code="120").pk, self.category.department_id)

    def said(self) -> Said:
        """Give one complaint, sure of its subject and place."""
        return Said(
            WORDS, "api", self.at, citizen=self.citizen, category=self.category, category_confidence=1,
            place=self.place, place_confidence=1,
        )  # fmt: skip

    def lodged(self) -> Done:
        """Lodge one."""
        return actions.lodge(self.said(), by=self.by, at=self.at)

    def taken(self) -> Done:
        """Lodge one and take it."""
        return actions.take(self.lodged().task, by=self.officer, at=self.at)


def bench_lodge() -> Result:
    """One complaint from `actions.lodge`."""
    scene = Scene()
    ways = {"ours": scene.lodged, "raw": lambda: raw_lodge(scene), "peer": lambda: stock_lodge(scene)}
    return compared("lodge", TIMES * ROUNDS, medians(ways, rounds=ROUNDS, times=TIMES))


def bench_lodge_bulk() -> Result:
    """Five hundred complaints a transaction."""
    scene = Scene()
    ways = {
        "ours": lambda: actions.lodge_many([scene.said() for _each in range(BULK)], by=scene.by, at=scene.at),
        "raw": lambda: raw_lodge_many(scene, BULK),
    }
    return compared("lodge_bulk", BULK, medians(ways, rounds=ROUNDS, times=1), rate=BULK)


def bench_take() -> Result:
    """One task into one's hand, of cases lodged beforehand."""
    scene = Scene()
    ours = _prepared(scene.lodged)
    raw = _prepared(scene.lodged)
    peer = _prepared(lambda: stock_lodge(scene))
    ways = {
        "ours": lambda: actions.take(next(ours).task, by=scene.officer, at=scene.at),
        "raw": lambda: raw_take(scene, next(raw)),
        "peer": lambda: stock_take(scene, next(peer)),
    }
    return compared("take", TIMES * ROUNDS, medians(ways, rounds=ROUNDS, times=TIMES))


def bench_answer() -> Result:
    """One answer, of cases taken beforehand."""
    scene = Scene()
    ours, raw = _prepared(scene.taken), _prepared(scene.taken)
    peer = _prepared(lambda: stock_take(scene, stock_lodge(scene)))
    ways = {
        "ours": lambda: actions.answer(next(ours).task, answer="Bomba limetengenezwa.", by=scene.officer, at=scene.at),
        "raw": lambda: raw_answer(scene, next(raw)),
        "peer": lambda: stock_answer(scene, next(peer)),
    }
    return compared("answer", TIMES * ROUNDS, medians(ways, rounds=ROUNDS, times=TIMES))


def _prepared(make: Callable[[], Any]) -> Iterator[Any]:
    """Make all the cases of a benchmark before its first round."""
    return iter([make() for _each in range(TIMES * ROUNDS + 1)])


def statements() -> dict[str, int]:
    """Count the statements of one lodging, taking and answering, BEGIN and COMMIT among them."""
    scene = Scene()
    scene.taken()  # reference data is kept from here on
    lodged, on_lodge = _counted(scene.lodged)
    taken, on_take = _counted(lambda: actions.take(lodged.task, by=scene.officer, at=scene.at))
    _answered, on_answer = _counted(
        lambda: actions.answer(taken.task, answer="Bomba limetengenezwa.", by=scene.officer, at=scene.at)
    )
    return {"lodge": on_lodge, "take": on_take, "answer": on_answer}


def _counted(work: Callable[[], Any]) -> tuple[Any, int]:
    with CaptureQueriesContext(connection) as captured:
        done = work()
    return done, len(captured)


# The same rows, one statement after the other in one transaction.

CASE = """
INSERT INTO complaints_complaint (flow_class, status, created, state, reference, secret, kind, outcome, priority, words, language,
 channel, arrival, received_at, entered_at, came_back, category_confidence, place_confidence, place_words, about_post,
 category_id, citizen_id, place_id)
VALUES (%(flow)s, 'NEW', %(at)s, 'queued', %(reference)s, %(secret)s, 'complaint', '', 0, %(words)s, 'sw',
 'api', '', %(at)s, %(at)s, '', 1, 1, '', '', %(category)s, %(citizen)s, %(place)s) RETURNING id"""
TASK = """
INSERT INTO workflows_complainttask (flow_task, flow_task_type, status, created, finished, token, process_id, queue_id, owner_id,
 due_at, questions, rank, side)
VALUES (%(node)s, %(type)s, %(status)s, %(at)s, %(finished)s, 'start', %(case)s, %(queue)s, %(owner)s, %(due)s, 0, 1, false)
RETURNING id"""
LINK = "INSERT INTO workflows_complainttask_previous (from_complainttask_id, to_complainttask_id) VALUES (%s, %s)"
ENTRY = """
INSERT INTO complaints_entry (complaint_id, number, hash, at, move, from_state, to_state, actor_kind, actor_id, via, from_queue_id,
 to_queue_id, holder_id, due_at, detail, commitment)
VALUES (%(case)s, 0, '', %(at)s, %(move)s, %(before)s, %(after)s, %(kind)s, %(actor)s, 'api', %(queue)s, %(queue)s,
 %(actor)s, %(due)s, '', '') RETURNING id"""
SAID = "INSERT INTO complaints_entrywords (entry_id, salt, for_staff, for_citizen) VALUES (%s, %s, '', %s)"
NOTICE = """
INSERT INTO notices_notice (kind, way, language, address, facts, case_id, status, attempts, next_try_at, created_at, provider_id,
 last_error)
VALUES (%(notice)s, 'sms', 'sw', '+255700000012', %(facts)s, %(case)s, 'queued', 0, %(at)s, %(at)s, '', '')"""

_nodes = {name: f"workflows/flows.ComplaintFlow.{name}" for name in ("lodge", "work", "verdict")}


def _facts(scene: Scene, reference: str) -> str:
    return json.dumps({"ref": reference, "due": scene.at.isoformat(), "office": "Maji na Nishati"})


def _case_values(scene: Scene) -> dict[str, Any]:
    return {
        "flow": "workflows/flows.ComplaintFlow", "at": scene.at, "reference": new_reference(scene.at),
        "secret": secrets.token_urlsafe(16), "words": WORDS, "category": scene.category.pk,
        "citizen": scene.citizen.pk, "place": scene.place.pk,
    }  # fmt: skip


def _task_values(scene: Scene, node: str, case: int, **changes: Any) -> dict[str, Any]:
    values = {
        "node": _nodes[node], "type": "HUMAN", "status": "NEW", "at": scene.at, "finished": None, "case": case,
        "queue": scene.queue.pk, "owner": None, "due": scene.at,
    }  # fmt: skip
    return values | changes


def _entry_values(scene: Scene, case: int, move: str, before: str, after: str, actor: int | None) -> dict[str, Any]:
    kind = "staff" if actor else "citizen"
    return {
        "case": case, "at": scene.at, "move": move, "before": before, "after": after, "kind": kind, "actor": actor,
        "queue": scene.queue.pk, "due": scene.at,
    }  # fmt: skip


def _id(cursor: Any, sql: str, values: Any) -> int:
    cursor.execute(sql, values)
    return int(cursor.fetchone()[0])


def raw_lodge(scene: Scene) -> None:
    """Write the rows of one lodging."""
    values = _case_values(scene)
    with transaction.atomic(), connection.cursor() as cursor:
        case = _id(cursor, CASE, values)
        over = {"type": "START", "status": "DONE", "finished": scene.at, "queue": None, "due": None}
        start = _id(cursor, TASK, _task_values(scene, "lodge", case, **over))
        step = _id(cursor, TASK, _task_values(scene, "work", case))
        cursor.execute(LINK, (step, start))
        cursor.execute(ENTRY, _entry_values(scene, case, "lodge", "", "queued", None))
        facts = _facts(scene, values["reference"])
        cursor.execute(NOTICE, {"notice": "queued", "facts": facts, "case": case, "at": scene.at})


def raw_take(scene: Scene, done: Done) -> None:
    """Write what taking changes."""
    case, officer = done.case.pk, scene.officer.user_id
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK, [case])
        cursor.fetchone()
        cursor.execute(
            "UPDATE workflows_complainttask SET status = 'ASSIGNED', owner_id = %s WHERE id = %s",
            [officer, done.task.pk],
        )
        cursor.execute("UPDATE complaints_complaint SET state = 'in_hand' WHERE id = %s", [case])
        cursor.execute(ENTRY, _entry_values(scene, case, "take", "queued", "in_hand", officer))
        facts = _facts(scene, done.case.reference)
        cursor.execute(NOTICE, {"notice": "taken", "facts": facts, "case": case, "at": scene.at})


LOCK = """
SELECT * FROM workflows_complainttask t JOIN complaints_complaint c ON c.id = t.process_id
 JOIN complaints_citizen z ON z.id = c.citizen_id
 WHERE t.finished IS NULL AND NOT t.side AND t.process_id = %s FOR UPDATE OF t, c"""


def raw_answer(scene: Scene, done: Done) -> None:
    """Write what answering changes."""
    case, officer = done.case.pk, scene.officer.user_id
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK, [case])
        cursor.fetchone()
        cursor.execute(
            "UPDATE workflows_complainttask SET status = 'DONE', finished = %s WHERE id = %s", [scene.at, done.task.pk]
        )
        owner = {"owner": officer, "status": "ASSIGNED"}
        verdict = _id(cursor, TASK, _task_values(scene, "verdict", case, **owner))
        cursor.execute(LINK, (verdict, done.task.pk))
        cursor.execute("UPDATE complaints_complaint SET state = 'answered' WHERE id = %s", [case])
        entry = _id(cursor, ENTRY, _entry_values(scene, case, "answer", "in_hand", "answered", officer))
        cursor.execute(SAID, [entry, secrets.token_hex(16), "Bomba limetengenezwa."])
        facts = _facts(scene, done.case.reference)
        cursor.execute(NOTICE, {"notice": "answered", "facts": facts, "case": case, "at": scene.at})


def raw_lodge_many(scene: Scene, n: int) -> None:
    """Write the rows of many lodgings, one multi-row statement for each table."""
    with transaction.atomic(), connection.cursor() as cursor:
        cases = _many(cursor, CASE, [_case_values(scene) for _each in range(n)])
        over = {"type": "START", "status": "DONE", "finished": scene.at, "queue": None, "due": None}
        starts = _many(cursor, TASK, [_task_values(scene, "lodge", case, **over) for case in cases])
        steps = _many(cursor, TASK, [_task_values(scene, "work", case) for case in cases])
        _many(cursor, LINK, list(zip(steps, starts, strict=True)))
        _many(cursor, ENTRY, [_entry_values(scene, case, "lodge", "", "queued", None) for case in cases])
        told = [{"notice": "queued", "facts": _facts(scene, ""), "case": case, "at": scene.at} for case in cases]
        _many(cursor, NOTICE, told)


def _many(cursor: Any, sql: str, rows: list[Any]) -> list[int]:
    head, values = sql.split("VALUES", 1)
    values, returning = values.split("RETURNING")[0], "RETURNING" in sql
    row_sql = b", ".join(cursor.cursor.mogrify(values, row) for row in rows)
    cursor.execute(head.encode() + b"VALUES" + row_sql + (b" RETURNING id" if returning else b""))
    return [row[0] for row in cursor.fetchall()] if returning else []


# Stock Viewflow.


def stock_lodge(scene: Scene) -> Any:
    """Start the peer's flow with the same complaint."""
    return StockFlow.lodge.run(
        words=WORDS, reference=new_reference(scene.at), channel="api", received_at=scene.at,
        citizen=scene.citizen, category=scene.category, place=scene.place,
    )  # fmt: skip


def _stock_task(process: Any) -> Any:
    return Task.objects.get(process=process, flow_task=StockFlow.work)


def stock_take(scene: Scene, process: Any) -> Any:
    """Assign the peer's task."""
    with _stock_task(process).activation() as activation:
        activation.assign(scene.officer.user)
    return process


def stock_answer(scene: Scene, process: Any) -> None:
    """Complete the peer's task."""
    with _stock_task(process).activation() as activation:
        activation.start(None)
        activation.execute()
