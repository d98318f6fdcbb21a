"""What a move costs: statements are the cost of an action, so each has a budget, BEGIN and COMMIT included."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.workflows.stories import USUALLY, case_for, case_in, lodged, said, usual_words
from workflows import actions
from workflows.refusals import AlreadyDone

# As outermost transactions, with timeline and notice, once the reference data is at hand.
BUDGETS = {
    ("", "lodge"): 8,
    ("queued", "take"): 7,
    ("in_hand", "answer"): 11,
    ("answered", "confirm"): 11,
    ("queued", "assign"): 7,
    ("queued", "move"): 7,
    ("queued", "hand_up"): 7,
    ("queued", "send_down"): 7,
    ("in_hand", "give_back"): 6,
    ("received", "route"): 9,
    ("in_hand", "ask"): 9,
    ("in_hand", "refer"): 11,
    ("in_hand", "propose"): 9,
    ("waiting", "reply"): 10,
    ("for_approval", "approve"): 12,
    ("in_hand", "reject"): 12,
    ("in_hand", "withdraw"): 11,
    ("answered", "dispute"): 10,
    ("closed", "reopen"): 11,
    ("in_hand", "merge"): 16,
    ("closed", "end"): 9,
}


def statements_of(act):
    """Give the first words of the statements that an action sends, its own BEGIN and COMMIT among them."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"].split()[0] for query in captured]


def prepared(state, move):
    """Give the act of making a move, with the reference data at hand and everything else read beforehand."""
    case_for(state, move).then(move)
    story = case_for(state, move)
    by, words, at = story.who(USUALLY[move]), usual_words(move, story), story.when(move)
    return lambda: story.attempt(move, by=by, at=at, **words)


def lodging():
    """Give the act of lodging."""
    warmed = lodged()
    spoken, speaker = said(citizen=warmed.case.citizen), warmed.who("citizen")
    return lambda: actions.lodge(spoken, by=speaker, at=spoken.received_at)


@pytest.mark.django_db(transaction=True)
def test_every_action_is_one_transaction_and_keeps_to_its_budget_of_statements():
    sent = {pair: statements_of(prepared(*pair) if pair[0] else lodging()) for pair in BUDGETS}

    assert {(words[0], words[-1]) for words in sent.values()} == {("BEGIN", "COMMIT")}
    assert {pair: len(words) for pair, words in sent.items() if len(words) > BUDGETS[pair]} == {}


@pytest.mark.django_db
def test_a_move_that_comes_too_late_asks_once_and_writes_nothing():
    story = case_in("queued")
    by = story.who("officer")
    story.then("take")

    with CaptureQueriesContext(connection) as captured, pytest.raises(AlreadyDone):
        story.attempt("take", by=by)

    assert [query["sql"].split()[0] for query in captured] == ["SAVEPOINT", "SELECT", "ROLLBACK", "RELEASE"]
