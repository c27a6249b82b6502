"""The x86 rows: a PC that records, with and without paging, and goes back with a breakpoint set."""
import shutil

from sides import Qemu, Reprise, _start
from stopwatch import Scenario

LIMIT = 120

# Samples of samples/x86 and what they measure; each ends by itself.
RECORDED = (
    ("x86: record 0.46e9 instructions", "compute", "compute"),
    ("... with paging", "compute", "compute-paged"),
    ("x86: record 1e6 reads of a port", "ports", "ports"),
    ("x86: record 2e5 calls of ring 0, 8e5 reads of the APIC", "rings", "rings"),
    ("x86: record 8e6 instructions of code that is rewritten", "rewrites", "rewrites"),
    ("x86: record 1e4 switches of address spaces with devices", "spaces", "spaces"),
)

# From the end back to the last of 200 hits. QEMU 7.2 comes back neither from this nor, at times, from the way to the end.
BACK = Scenario("x86 back", "reverse-continue", ("break sort",), start=("tbreak pc_exit", "continue"), patience=LIMIT)


class QemuPc(Qemu):
    name = "QEMU (x86)"

    def _command(self, elf, folder, mode):
        return [
            *("qemu-system-i386", "-kernel", str(elf), "-display", "none", "-monitor", "none", "-serial", "none"),
            *("-no-reboot", "-debugcon", "stdio", "-device", "isa-debug-exit,iobase=0xf4"),
            *("-drive", f"file={folder}/{elf.stem}.qcow2,if=none,id=rr"),
            *("-icount", f"shift=0,rr={mode},rrfile={folder}/{elf.stem}.rr,rrsnapshot=init"),
        ]


class ReprisePc(Reprise):
    name = "Reprise (x86)"
    BOARD = ("--board", "pc", "--serial", "uart0=null", "--serial", "console=stdio")

    def _start_recording(self, elf, rounds, folder):
        file = self.recording(elf, folder)
        file.unlink(missing_ok=True)
        return _start([*self._program, "run", str(elf), *self.BOARD, "--record", str(file)])


def firmware(samples, sample, name, folder):
    target = folder / f"x86-{name}.elf"
    shutil.copy(samples / "x86" / sample / f"{name}.elf", target)
    return target
