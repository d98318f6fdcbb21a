"""Starts everything on one machine, and leaves nothing behind.

- environment   builds `.venv` from the hashed pins; runs under the system's own Python
- processes     children that cannot outlive us, and the order in which they stop
- places        where things stand under `var/`, who holds a lock, which port is free
- servers       PostgreSQL and a Redis-compatible server out of their wheels
- prepare       migrates and loads the reference data
- run           `make run`: all of it, in the foreground; `welcome` is what it then says
- command       `make with-servers`, `make demo`, `make bench`: one command with servers of its own
- test          `make test`: what the tests need (`debian` fetches it), then pytest
"""
