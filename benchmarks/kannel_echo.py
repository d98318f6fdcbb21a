"""SMS through a real Kannel: how many phones a second are answered by our webhook, and how many by Kannel's own echo service."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.measure import Result
from benchmarks.serving import served
from config.launch import kannel
from config.launch.places import free_port
from config.launch.processes import Family
from tests.channels_in.kannel import Kannel, eventually
from tests.channels_in.smsc import Operator

NAME = "sms_kannel_echo"
PHONES = 300
ECHO = """
group = sms-service
name = echo
keyword = mwangwi
text = "%r"
max-messages = 1
"""
# What a real operator allows is not what is measured here.
FASTER = ("throughput = 100\n", "throughput = 10000\n")


def bench_kannel_echo() -> Result:
    """Let as many phones write at once to either service, and time until all have heard."""
    with served() as port, tempfile.TemporaryDirectory() as name, Operator() as operator, Family() as boxes:
        ports = kannel.Ports(free_port(), free_port(), free_port(), operator.port)
        conf = kannel.configuration(ports, f"http://127.0.0.1:{port}", password="bench", seconds_between_tries=1)
        (Path(name) / "kannel.conf").write_text(conf.replace(*FASTER) + ECHO)
        gateway = Kannel(Path(name), ports, operator, boxes)
        gateway.start()
        words = "Maji hayatoki mtaa wa Tabata kata ya Tabata tangu jana {}"
        per_second(operator, "2557100", words, 10)  # until the server has read its reference data
        peer = per_second(operator, "2557200", f"mwangwi {words}", PHONES)
        ours = per_second(operator, "2557300", words, PHONES)
        gateway.stop()
    return Result(NAME, PHONES, ours, "/s", peer=peer, ratio_peer=ours / peer)


def per_second(operator: Operator, prefix: str, words: str, phones: int) -> float:
    """Let so many phones write one message each, and give how many a second heard an answer."""
    already, begun = len(operator.heard), time.perf_counter()
    for number in range(phones):
        operator.sms(f"{prefix}{number:05d}", words.format(number))
    eventually(lambda: len(operator.heard) >= already + phones, f"{phones} phones are answered", 300)
    return phones / (time.perf_counter() - begun)
