"""The words of the desk: what staff read of states, moves and steps. Citizens are spoken to in `templates/notices`."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.states import State
from offices.models import Office, Queue

Words = Promise | str

# As the citizen reads it, except where that speaks to the citizen.
STATES: dict[State, Words] = {
    **{state: state.label for state in State},
    State.WAITING: _("Waiting for the citizen's details"),
}


@dataclass(frozen=True)
class MoveWords:
    """How a move is called: on its button, when it is done, and on the timeline."""

    button: Words
    done: Words
    step: Words


MOVES: dict[str, MoveWords] = {
    "lodge": MoveWords(_("Lodge"), _("The complaint is lodged."), _("Received, and laid before %(to)s")),
    "route": MoveWords(_("Send to the department"), _("It is with its department now."), _("Sent to %(to)s")),
    "take": MoveWords(_("Take"), _("It is in your hands now."), _("Taken by %(holder)s")),
    "assign": MoveWords(_("Give to an officer"), _("It is in the officer's hands now."), _("Given to %(holder)s")),
    "give_back": MoveWords(_("Give back"), _("It is back in the queue."), _("Put back into the queue of %(to)s")),
    "move": MoveWords(_("Move elsewhere"), _("It has been moved."), _("Moved from %(from)s to %(to)s")),
    "hand_up": MoveWords(_("Hand up"), _("It is with the higher office now."), _("Handed up from %(from)s to %(to)s")),
    "flag": MoveWords(
        _("Overdue at the highest office"), _("It is marked as overdue."), _("Overdue at the highest office")
    ),
    "send_down": MoveWords(
        _("Send down"), _("It is with the lower office now."), _("Sent down from %(from)s to %(to)s")
    ),
    "ask": MoveWords(
        _("Ask the citizen"), _("The citizen has been asked; the clock rests."), _("The citizen was asked for details")
    ),
    "refer": MoveWords(
        _("Refer to another institution"),
        _("The institution is asked; you still answer for it."),
        _("Referred to %(body)s"),
    ),
    "propose": MoveWords(
        _("Propose an answer"), _("The answer waits for approval."), _("An answer was laid before the supervisor")
    ),
    "answer": MoveWords(
        _("Answer"), _("The citizen has been answered, and asked whether it is settled."), _("Answered")
    ),
    "note": MoveWords(_("Answer and close"), _("It is answered and closed."), _("Read, answered and closed")),
    "reject": MoveWords(_("Refuse"), _("It is refused, and the citizen told why."), _("Refused")),
    "merge": MoveWords(
        _("Join with another"), _("It goes on with the other complaint."), _("Joined with complaint %(lead)s")
    ),
    "uphold": MoveWords(_("Keep the answer for good"), _("The answer stands."), _("The answer was kept for good")),
    "withdraw": MoveWords(_("The citizen withdraws it"), _("It is withdrawn."), _("Withdrawn by the citizen")),
    "reply": MoveWords(
        _("Write down the citizen's details"), _("The details are with whoever asked."), _("The citizen gave details")
    ),
    "lapse_question": MoveWords(
        _("Go on without details"), _("The work goes on."), _("No details came in time; the work goes on")
    ),
    "recall": MoveWords(_("Take back"), _("It is taken back."), _("Taken back into work")),
    "returned": MoveWords(
        _("Take back from the institution"),
        _("It is taken back from the institution."),
        _("Taken back from the institution"),
    ),
    "pass_on": MoveWords(
        _("Leave with the institution"), _("The institution has it for good."), _("Left with the institution for good")
    ),
    "approve": MoveWords(
        _("Approve and send"), _("The answer has gone to the citizen."), _("The proposed answer was approved and sent")
    ),
    "send_back": MoveWords(
        _("Send back for more work"), _("It is back with whoever proposed it."), _("The proposed answer was sent back")
    ),
    "confirm": MoveWords(
        _("The citizen says: settled"), _("It is settled and closed."), _("The citizen says that it is settled")
    ),
    "lapse": MoveWords(_("Close for silence"), _("It is closed."), _("Closed: no word from the citizen in time")),
    "dispute": MoveWords(
        _("The citizen says: not settled"), _("It goes on one level up."), _("The citizen says that it is not settled")
    ),
    "reopen": MoveWords(_("Open again"), _("It is open again."), _("Opened again by the citizen")),
    "unmerge": MoveWords(_("Separate again"), _("It goes on by itself."), _("Separated again")),
    "end": MoveWords(_("Close for good"), _("It is closed for good."), _("Closed for good")),
    "direct": MoveWords(_("Give a directive"), _("The directive is in the queue."), _("Directive to %(to)s")),
    "carry_out": MoveWords(_("Carried out"), _("The directive is carried out."), _("The directive was carried out")),
    "ask_contribution": MoveWords(
        _("Ask another department for its part"), _("The department is asked."), _("Asked for its part: %(to)s")
    ),
    "contribute": MoveWords(_("Give our part"), _("Your part is with whoever asked."), _("The part was given")),
    "ask_advice": MoveWords(_("Ask a leader for advice"), _("The leader is asked."), _("Asked for advice: %(to)s")),
    "give_advice": MoveWords(_("Give the advice"), _("The advice is given."), _("Advice was given, as asked")),
    "advise": MoveWords(_("Give advice"), _("The advice is given."), _("Advice was given")),
    "acknowledge": MoveWords(_("I have read it"), _("You have read the advice."), _("The advice was read")),
    "call_off": MoveWords(_("Call it off"), _("It is called off."), _("Called off: what was asked of %(from)s")),
    "fall_away": MoveWords(
        _("No longer needed"),
        _("It is no longer needed."),
        _("No longer needed, for the complaint was closed: %(from)s"),
    ),
    "body_answered": MoveWords(_("Send the answer"), _("The answer is sent."), _("%(body)s has answered")),
    "go_on_without": MoveWords(_("Do not wait"), _("It goes on."), _("Went on without what was asked of others")),
    "add_words": MoveWords(_("Add words"), _("Your words are added."), _("Words were added")),
    "attach": MoveWords(_("Add a photo or paper"), _("It is attached."), _("A photo or paper was attached")),
    "rate": MoveWords(_("How was it?"), _("Thank you."), _("The citizen gave %(stars)s of 5 stars")),
    "agree": MoveWords(
        _("It is settled"), _("Thank you."), _("The citizen says that the answer to the joined complaint settles it")
    ),
    "make_public": MoveWords(_("Make it public"), _("It is public."), _("The citizen made it public")),
    "make_closed": MoveWords(_("Close it to others"), _("It is closed."), _("The citizen closed it to others")),
    "lend_name": MoveWords(_("Lend the name"), _("It is kept."), _("The citizen lets an institution learn the name")),
    "keep_name": MoveWords(_("Keep the name"), _("It is kept."), _("The citizen lets no institution learn the name")),
    "used_before": MoveWords(
        _("Photo used before"),
        _("The photo is known."),
        _("Careful: this photo or paper already stands in another case"),
    ),
    "write_to": MoveWords(
        _("Write to the citizen"), _("The SMS is on its way."), _("An SMS was written to the citizen")
    ),
    "reveal": MoveWords(_("Show the number"), _("The number was shown."), _("The citizen's phone number was shown")),
    "called": MoveWords(
        _("I have told them"), _("The call stands on the timeline."), _("The citizen was told by phone")
    ),
    "not_reached": MoveWords(_("No answer"), _("It stays on the list."), _("The citizen was called and not reached")),
    "send_receipt": MoveWords(
        _("Send the receipt"), _("The receipt is on its way."), _("The receipt was sent by SMS once more")
    ),
    "look_up": MoveWords(
        _("Look up by phone"), _("It was looked up."), _("Shown at the desk to one who had the citizen's phone number")
    ),
    "lead_answered": MoveWords(
        _("Answered with its lead"), _("It is answered."), _("The complaint it is joined with was answered")
    ),
    "lead_closed": MoveWords(
        _("Closed with its lead"), _("It is closed."), _("The complaint it is joined with was closed")
    ),
    "incident_linked": MoveWords(
        _("It speaks of this"), _("It is counted with the incident."), _("Counted with a known incident")
    ),
    "incident_unlinked": MoveWords(
        _("It speaks of something else"), _("It goes its own way."), _("No longer counted with the known incident")
    ),
    "incident_over": MoveWords(
        _("The incident is over"), _("The citizen has been told."), _("The citizen was told that the incident is over")
    ),
    "read": MoveWords(_("Read"), _("Read"), _("The case file was read")),
    "correct_subject": MoveWords(_("Correct"), _("It is corrected."), _("Subject corrected: %(was)s → %(now)s")),
    "correct_place": MoveWords(_("Correct"), _("It is corrected."), _("Place corrected: %(was)s → %(now)s")),
    "correct_priority": MoveWords(_("Correct"), _("It is corrected."), _("Priority corrected: %(was)s → %(now)s")),
    "stand_in": MoveWords(_("Stand in"), _("It is with the stand-in."), _("For a leave, passed to %(holder)s")),
    "come_back": MoveWords(_("Come back"), _("It is back."), _("The leave is over: back with %(holder_or_queue)s")),
}

# How loudly a move is offered: the work itself first, then what goes on with it, the rest as plain links.
FIRST = (
    "take",
    "route",
    "approve",
    "answer",
    "note",
    "carry_out",
    "contribute",
    "give_advice",
    "acknowledge",
    "reply",
    "confirm",
)
SECOND = ("ask", "assign", "refer", "propose", "send_back", "returned", "dispute")

# By which way somebody came.
WAYS_IN: dict[str, Words] = {
    "desk": _("at the desk"),
    "clock": _("deadline"),
    "link": _("by its link"),
    "counter": _("at the counter"),
    "web": _("on the web"),
    "api": _("by a partner's app"),
    "app": _("by our own app"),
    "open311": _("by an Open311 program"),
    "sms_kannel": _("by SMS"),
    "ussd": _("by USSD"),
}

ARRIVALS: dict[str, Words] = {
    "in_person": _("(in person)"),
    "call": _("(phone call)"),
    "letter": _("(letter)"),
    "email": _("(e-mail)"),
    "meeting": _("(meeting)"),
}

# What stands beside the main step.
BESIDE: dict[str, Words] = {
    "directive": _("A leader's directive"),
    "contribution": _("Another department's part"),
    "asked_advice": _("Advice is asked for"),
    "advice": _("A leader's advice"),
}

# Which rule of the clock moved it; or what a known incident had to do with it, by the move.
RULES: dict[str, Words] = {
    "triage_overdue": _("the complaints desk did not act in time"),
    "act_overdue": _("no answer was given in time"),
    "approve_overdue": _("nobody approved in time"),
    "outside_overdue": _("the institution did not answer in time"),
    "directive_overdue": _("the directive was not carried out in time"),
    "contribution_overdue": _("the part that was asked for did not come in time"),
    "advice_overdue": _("the advice that was asked for did not come in time"),
    "acknowledge_overdue": _("the advice was not read in time"),
    "reply_overdue": _("the citizen's details did not come in time"),
    "silence": _("no word from the citizen in time"),
    "incident:lodge": _("it speaks of a known incident"),
    "over:answer": _("the known incident is over"),
}


def way_in(via: str) -> Words:
    """Say by which way somebody came."""
    if via.startswith("sms"):
        return WAYS_IN["sms_kannel"]
    if via.startswith("ussd"):
        return WAYS_IN["ussd"]
    if via == "leave":  # nobody came: a leave began or ended
        return _("leave")
    return WAYS_IN.get(via, via)


def office(place: Office | None) -> str:
    """Name an office or place; nothing for none."""
    return str(place) if place else ""


def queue(waits_in: Queue | None) -> str:
    """Name a queue: the department, and the office; nothing for none."""
    return f"{waits_in.department.name}, {office(waits_in.office)}" if waits_in else ""


def name(thing: object) -> str:
    """Name anything that a form lets one choose."""
    return office(thing) if isinstance(thing, Office) else str(thing)


def first_words(text: str, most: int = 80) -> str:
    """Give the first words of a text, for lists."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"
