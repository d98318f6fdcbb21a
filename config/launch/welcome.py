"""What `make run` prints once everything answers: where to look, who to be, and one line to try per channel."""

import os
import uuid

WELCOME = """
Malalamiko is ready. Ctrl-C stops everything.

  Citizens     http://127.0.0.1:{port}/          complain: /submit/   follow: /track/
  Staff        http://127.0.0.1:{port}/desk/     password of all: demo
                 karani.12103        clerk of Tabata ward's office
                 afisa.120.maji      officer for water at Dar es Salaam city council
                 msimamizi.120.maji  supervisor for water there
                 kiongozi.1          leader of the region
                 mkaguzi.1, mfumo.1  auditor, administrator

Try each way in:

  sms      curl -u kannel:demo 'http://127.0.0.1:{port}/channels/sms/kannel/?from=%2B255700000012&to=15200&text=Maji+hayatoki+Tabata+wiki+mbili&id={key}'
  web      http://127.0.0.1:{port}/submit/
  api      curl -H 'Authorization: Bearer demo' -H 'Idempotency-Key: {key}' -H 'Content-Type: application/json' -d '{{"words": "Taka hazijazolewa wiki tatu", "place": "12103", "phone": "+255700000013"}}' http://127.0.0.1:{port}/api/v1/complaints/
  open311  curl -d api_key=demo -d service_code=maji -d 'description=Bomba limepasuka' -d 'address_string=Tabata, kata ya Tabata' http://127.0.0.1:{port}/open311/v2/requests.json
  counter  http://127.0.0.1:{port}/desk/counter/   (as karani.12103)
"""
BRIEF = "\nMalalamiko is ready on port {port}. Ctrl-C stops everything.\n"


def welcome(port: int) -> None:
    """The demo passwords and keys are said in demo mode only."""
    words = WELCOME if os.environ.get("MALALAMIKO_ENV", "demo") == "demo" else BRIEF
    print(words.format(port=port, key=uuid.uuid4()), flush=True)
