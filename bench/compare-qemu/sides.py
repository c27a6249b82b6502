"""The two peers, with the same face: record a run, and serve its recording to gdb."""
import contextlib
import os
import re
import shlex
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

READY = (b"result", b"checksum")


@dataclass(frozen=True)
class Effort:
    """Seconds on the clock, and on all processors together: the latter hardly change when others use the machine."""

    clock: float
    processor: float


class Side:
    def record(self, elf, rounds, folder):
        """Records a run from power-on until its console says the result; returns the Effort."""
        begin = time.perf_counter()
        process = self._start_recording(elf, rounds, folder)
        try:
            for line in process.stdout:
                if any(word in line for word in READY):
                    effort = Effort(time.perf_counter() - begin, _processor_seconds(process))
                    break
            else:
                raise RuntimeError(f"{self.name} ended without a result: {process.args}")
            self._end_recording(process)
            return effort
        finally:
            _end(process)


class Qemu(Side):
    name = "QEMU"

    def _command(self, elf, folder, mode):
        # One snapshot at the start, as QEMU's manual has it: without one there is no way back.
        return [
            *("qemu-system-arm", "-M", "mps2-an385", "-kernel", str(elf), "-nographic", "-monitor", "none"),
            *("-drive", f"file={folder}/{elf.stem}.qcow2,if=none,id=rr"),
            *("-icount", f"shift=0,rr={mode},rrfile={folder}/{elf.stem}.rr,rrsnapshot=init"),
        ]

    def version(self):
        return subprocess.check_output(["qemu-system-arm", "--version"], text=True).splitlines()[0]

    def _start_recording(self, elf, rounds, folder):
        disk = folder / f"{elf.stem}.qcow2"
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", str(disk), "16M"], check=True)
        return _start(self._command(elf, folder, "record"))

    def _end_recording(self, process):
        # It never ends by itself; on SIGTERM it writes its log.
        process.terminate()
        process.wait(30)

    def replay(self, elf, folder):
        return self._serve(self._command(elf, folder, "replay"))

    def live(self, elf):
        return self._serve(
            ["qemu-system-arm", "-M", "mps2-an385", "-kernel", str(elf), "-nographic", "-monitor", "none"])

    @contextlib.contextmanager
    def _serve(self, command):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            remote = f"127.0.0.1:{free.getsockname()[1]}"
        process = _start([*command, "-gdb", f"tcp:{remote}", "-S"], quiet=True)
        try:
            yield remote  # gdb tries again until somebody listens
        finally:
            _end(process)


class Reprise(Side):
    name = "Reprise"

    # Instructions of one round of samples/compute, rounded up, and of what surrounds them.
    PER_ROUND = 1_442_000
    AROUND = 1_000_000

    def __init__(self, command):
        self._program = shlex.split(command)

    def recording(self, elf, folder):
        return folder / f"{elf.stem}.reprise"

    def _start_recording(self, elf, rounds, folder):
        file = self.recording(elf, folder)
        file.unlink(missing_ok=True)
        limit = rounds * self.PER_ROUND + self.AROUND
        return _start([*self._program, "run", str(elf), "--record", str(file), "--max-instructions", str(limit)])

    def _end_recording(self, process):
        process.wait(120)

    def replay(self, elf, folder):
        return self._serve("replay", str(self.recording(elf, folder)), "--at", "start")

    def live(self, elf):
        return self._serve("run", str(elf), "--wait")

    @contextlib.contextmanager
    def _serve(self, *arguments):
        process = subprocess.Popen(
            [*self._program, *arguments, "--gdb", "127.0.0.1:0"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            for line in process.stderr:
                if found := re.search(rb"listening on (\S+:\d+)", line):
                    yield found[1].decode()
                    break
            else:
                raise RuntimeError(f"Reprise did not listen: {process.args}")
        finally:
            _end(process)


def _start(command, quiet=False):
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if quiet else subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _processor_seconds(process):
    # proc(5): the fields after the parenthesised name begin with the third; user and system time are 14 and 15.
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _end(process):
    if process.poll() is None:
        process.kill()
    process.wait()
