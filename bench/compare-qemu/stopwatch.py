"""Stock gdb as the stop-watch: the same commands for both sides."""
import json
import os
import select
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

SCRIPT = Path(__file__).parent / "in_gdb.py"

# Forward to the end of the run; both sides are at the same instruction then.
TO_END = ("tbreak done", "continue")
PREPARING = 300


@dataclass(frozen=True)
class Scenario:
    """A command to be timed, at the end of the run unless it starts elsewhere."""

    name: str
    command: str
    prepare: tuple = ()
    repeat: int = 1
    start: tuple = TO_END
    patience: int = PREPARING  # seconds to get there


@dataclass
class Timing:
    """What gdb saw: how long each command took, and where it arrived."""

    seconds: list = field(default_factory=list)
    places: list = field(default_factory=list)
    over: float | None = None


def run(scenario, elf, remote, repeat, limit):
    """Times a scenario. A command over the limit ends it; a lost connection is a RuntimeError."""
    environment = dict(
        os.environ,
        COMPARE_SCENARIO=json.dumps(
            {
                "remote": remote,
                "prepare": [*scenario.start, *scenario.prepare],
                "command": scenario.command,
                "repeat": repeat,
            }
        ),
    )
    gdb = subprocess.Popen(
        ["gdb-multiarch", "-q", "-nx", "-batch", str(elf), "-x", str(SCRIPT)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    timing = Timing()
    try:
        lines = _lines(gdb.stdout)
        if not _next(lines, scenario.patience).get("ready"):
            raise RuntimeError(f"gdb did not get to the end of the run: {_errors(gdb)}")
        for _ in range(repeat):
            answer = _next(lines, limit)
            if "seconds" not in answer:
                if answer.get("over"):
                    timing.over = limit
                    return timing
                raise RuntimeError(f"gdb failed in '{scenario.command}': {_errors(gdb)}")
            timing.seconds.append(answer["seconds"])
            timing.places.append(answer["place"])
        return timing
    finally:
        gdb.kill()
        gdb.wait()


def _lines(pipe):
    """Yields lines; yields None while there is none, and ends with the pipe."""
    buffer = b""
    while True:
        readable, _, _ = select.select([pipe], [], [], 0.2)
        if not readable:
            yield None
            continue
        data = os.read(pipe.fileno(), 65536)
        if not data:
            return
        *whole, buffer = (buffer + data).split(b"\n")
        yield from whole


def _next(lines, limit):
    deadline = time.monotonic() + limit
    for line in lines:
        if line is not None and line.startswith(b"{"):
            return json.loads(line)
        if time.monotonic() > deadline:
            return {"over": True}
    return {}


def _errors(gdb):
    gdb.kill()
    return gdb.stderr.read().decode(errors="replace").strip()[-400:]
