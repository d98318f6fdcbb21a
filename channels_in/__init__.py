"""How citizens reach us: one file per way in, one intake for all of them.

- ways in             sms_* and ussd_*, one file for each gateway (their door: views), web, api, counter; `forms` is what the pages ask
- once for all        incoming (the one shape), intake, registry; `reading` is what the gateways' files share
- an SMS              grammar (what it says), conversation (what we say back)
- a USSD menu         ussd
- the operator        gateways (how they do), operations (its page)
- what, and where     matching (by `complaints.subjects` and `offices.gazetteer`), suggesting, evaluation, text
- who                 citizens, proof, phone_proof, limits
- what a citizen sees follow
- forgetting          retention
"""
