"""A whole Malalamiko in a copy of the tree, started for real, and every process that belongs to it."""

import base64
import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil

from config.launch.places import ROOT, free_port

LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", "var", "node_modules", "__pycache__", ".*_cache", "staticfiles")
INHERITED = ("DATABASE_URL", "REDIS_URL", "MALALAMIKO_VAR", "MALALAMIKO_ENV", "PUBLIC_URL", "PORT", "HOST")


class House:
    """One copy; `start` and `command` run in it with an environment that names no servers."""

    def __init__(self, root: Path):
        shutil.copytree(ROOT, root, ignore=LEFT_OUT)
        self.root = root
        self.said = root / "said"
        self.port = free_port()
        self.launcher: subprocess.Popen | None = None

    def environment(self, **more):
        return {name: value for name, value in os.environ.items() if name not in INHERITED} | more

    def start(self):
        """Starts everything and waits for its welcome."""
        deadline = time.monotonic() + 120
        self.said.unlink(missing_ok=True)
        self.launcher = self.launch(PORT=str(self.port))
        while "Try each way in" not in self.said.read_text():
            assert self.launcher.poll() is None, self.said.read_text()
            assert time.monotonic() < deadline, self.said.read_text()
            time.sleep(0.1)

    def launch(self, **environment):
        """Starts the launcher as `make run` does, in a group of its own, and returns at once."""
        with open(self.said, "ab") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "config.launch", "run"],
                cwd=self.root,
                env=self.environment(**environment),
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def command(self, *words, **environment):
        """Runs one command to its end."""
        return subprocess.run(
            [sys.executable, *words],
            cwd=self.root,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            timeout=60,
        )

    def get(self, path):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            return answer.read().decode()

    def curl(self, line):
        """Does what a printed `curl` line does, and returns the answer's body."""
        options, words = {"-H": [], "-u": [], "-d": []}, iter(shlex.split(line)[1:])
        for word in words:
            options[word].append(next(words)) if word in options else options.update(url=word)
        headers = dict(header.split(": ", 1) for header in options["-H"])
        for login in options["-u"]:
            headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()
        body = "&".join(options["-d"]).encode() if options["-d"] else None
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(options["url"], body, headers), timeout=20) as answer:
            return answer.read().decode()

    def is_ready(self):
        with contextlib.suppress(OSError, ValueError):
            return json.loads(self.get("/readyz"))["ready"]
        return False

    def processes(self):
        """Every process that works in this copy, whoever is its parent now."""
        return [process for process in psutil.process_iter() if self.is_ours(process)]

    def is_ours(self, process):
        with contextlib.suppress(psutil.Error):
            at = f"{process.cwd()}/"
            return process.status() != psutil.STATUS_ZOMBIE and at.startswith(f"{self.root}/")
        return False

    def programs(self):
        """Which of the house's parts run, by a word of their command lines."""
        lines = [" ".join(process.cmdline()) for process in self.processes()]
        parts = {
            "postgres -D": "database",
            "valkey-server": "redis",
            "granian": "web",
            " worker ": "worker",
            " beat ": "beat",
        }
        return {part for word, part in parts.items() if any(word in line for line in lines)}

    def wait_until_empty(self, seconds=15):
        """Returns what is still running after that time: an empty list when all has gone."""
        deadline = time.monotonic() + seconds
        while self.processes() and time.monotonic() < deadline:
            if self.launcher:
                self.launcher.poll()
            time.sleep(0.1)
        return [" ".join(process.cmdline()) for process in self.processes()]

    def clear(self):
        """Whatever a failed test has left."""
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                process.send_signal(signal.SIGKILL)
