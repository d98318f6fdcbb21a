"""Asks all that the Python client `three` can, and prints the answers; runs in an environment of its own.

python ask_three.py ENDPOINT KEY SERVICE TOKEN WORDS HIDDEN
"""

import itertools
import json
import sys

itertools.ifilter = filter  # three was written for Python 2

import three  # noqa: E402  (it looks for ifilter when it is imported)

endpoint, key, service, token, words, hidden = sys.argv[1:]
client = three.Three(endpoint, api_key=key)
said = {"description": words, "address": "Kisiwani, Mburahati", "name": "Asha Juma", "phone": "0754123456"}
posted = client.post(service, **said, **{"attribute[public]": "yes"})
number = posted[0]["service_request_id"]
answers = {
    "discovery": client.discovery(),
    "services": client.services(),
    "definition": client.services(service),
    "posted": posted,
    "refused": three.Three(endpoint, api_key="wrong").post(service, description=words),
    "listed": client.requests(service, status="open", count=10),
    "long ago": client.requests(service, between=["01-01-2026", "01-02-2026"]),
    "among": client.requests(service_request_id=number),
    "hidden": client.request(hidden),
    "one": client.request(number),
    "token": client.token(token),
}
print(json.dumps(answers))
