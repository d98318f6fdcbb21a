"""What we say to citizens, kind by kind, and the facts that each may be told."""

from __future__ import annotations

# What the facts are. All may be missing but `ref`; dates are ISO strings.
#
#     ref        the reference as written, 2648-3192-0576
#     case_kind  the kind of the complaint (opinion, suggestion, enquiry, praise): left out, it is a complaint
#     office     the office, or department and office, that has it now; cut to 28 letters
#     body       the outside body; cut to 28 letters, or to the abbreviation in brackets that ends its name
#     due        by when the citizen hears next; for `asked`, until when we wait for the words
#     days       how many days the citizen has: for `answered` until silence closes, else to reopen
#     reason     why, in staff's words; `question`, `answer`, `words` likewise: cut until the SMS is one segment
#     words      for `status`: the open question, or the answer given; for `written`, what a member of staff writes
#     state      the state's name in the language of the notice, without a full stop
#     n          how many
#     sc         our short code; when left out, the setting
#     code       six digits that prove, on a page, that one holds the phone
#     said       the words of an answer, as they were rendered when the message was handled
#     offices    the offices whose people have read it, each with how many: `Wilaya ya Ilala 2, Kata ya Tabata 1`
#     subjects   what it may be about, each with its number: `1 Maji, 2 Umeme`
#     asks       True where the citizen is asked where it is
#     places     the places that may be meant, each with its number: `1 Tabata, 2 Makuburi`
#     on         the day on which it was received
#     until      the last day of a known incident, as far as is known
#     who        a member of staff's user name; `where`, the address at which a password is set
#     added      True where words were kept with a case that is closed
#     link       the address that opens one page; made from the fact `seed` when the words are sent (`notices.links`)
#     confidential  True where the citizen has asked for it (SIRI); pin: the four digits by which a discreet case is asked about
#     discreet   True for a sensitive or protected case: neither subject, office, body nor anybody's words are said

ABOUT = {"ref", "case_kind", "discreet"}

KINDS: dict[str, frozenset[str]] = {
    kind: frozenset(facts)
    for kind, facts in {
        # A step of the case: told when it happens.
        "received": ABOUT | {"office", "due", "sc", "confidential", "pin"},
        "queued": ABOUT | {"office", "due", "sc", "confidential", "pin"},
        "taken": ABOUT | {"office", "due"},
        "moved": ABOUT | {"office", "reason", "due"},
        "handed_up": ABOUT | {"office", "reason", "due"},
        "sent_down": ABOUT | {"office", "reason", "due"},
        "rejected": ABOUT | {"reason", "days"},
        "merged": {"ref", "discreet", "reason"},
        "withdrawn": ABOUT | {"days"},
        "asked": {"ref", "discreet", "question", "due"},
        "referred": {"ref", "discreet", "body", "reason", "due"},
        "answered": {"ref", "discreet", "answer", "days"},
        "noted": ABOUT | {"answer", "days"},
        "upheld": {"ref", "discreet", "reason"},
        "replied": {"ref", "discreet", "office", "reason", "due"},
        "returned": {"ref", "discreet", "body", "office", "reason", "due"},
        "passed_on": {"ref", "discreet", "body", "reason", "days"},
        "confirmed": {"ref", "discreet", "days"},
        "lapsed": {"ref", "discreet", "days"},
        "disputed": {"ref", "discreet", "office", "due"},
        "reopened": {"ref", "discreet", "office", "due"},
        "unmerged": {"ref", "discreet", "office", "reason", "due"},
        # A member of staff writes of their own accord.
        "written": {"ref", "discreet", "words"},
        # What many complain of: on hearing it, when it is over, and to whom it may not be an answer.
        "known_incident": {"ref", "discreet", "words", "until"},
        "incident_over": {"ref", "discreet", "answer", "days"},
        "incident_told": {"ref", "discreet", "answer"},
        # A step of the case that this one is joined with.
        "lead_answered": {"ref", "discreet", "answer", "days"},
        "lead_closed": {"ref", "discreet", "reason", "days"},
        # A reply to what the citizen just sent, or asked for at the counter.
        "receipt": ABOUT | {"on", "due", "sc"},
        "status": {"ref", "discreet", "state", "office", "due", "words"},
        "need_pin": {"ref"},
        "stopped": set(),
        "started": set(),
        "rated": {"n"},
        "bad_rate": {"ref"},
        "about": {"ref", "discreet", "subjects"},
        "emergency": {"ref", "pin", "asks"},
        "why": {"ref"},
        "which_appeal": {"ref", "n"},
        "who_read": {"ref", "discreet", "n", "offices"},
        "no_such": set(),
        "added": {"ref"},
        "help": set(),
        "need_more": set(),
        "not_open": {"ref", "state"},
        "duplicate": {"ref"},
        "busy": set(),
        "which": {"ref", "n"},
        "where": {"ref", "discreet", "places"},
        "closed_already": {"ref", "days", "added"},
        "yes_or_no": {"ref", "discreet"},
        "code": {"code"},
        # The whole answer to a message, where its gateway carries no answer back and it is sent as an SMS of its own.
        "reply": {"said"},
        # To a new member of staff.
        "welcome": {"who", "where"},
        # To an outside body, and to the member of staff who asked it. Both say nothing but that something waits.
        "body_asked": {"ref", "due", "link"},
        "body_answered": {"ref"},
        # To members of staff who may have begun on what a leader directed.
        "called_off": {"ref"},
    }.items()
}

# What can wait until the morning: what an office or the clock did. What a citizen has just done is answered at once.
CAN_WAIT = frozenset(
    {
        "queued", "taken", "moved", "handed_up", "sent_down", "rejected", "merged", "asked", "referred", "answered", "noted",
        "upheld", "returned", "passed_on", "lapsed", "unmerged", "lead_answered", "lead_closed", "body_asked", "body_answered",
        "written",
        "known_incident", "incident_over", "incident_told",
        "called_off",
    }
)  # fmt: skip
