"""Measures both sides in turns and prints the table; see eng/compare-qemu."""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import packets
import stopwatch
import x86
from sides import Effort, Qemu, Reprise
from stopwatch import Scenario
from table import Row, render, seconds, times

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
NORMAL, SHORT, LONG = 700, 70, 7000  # rounds of samples/compute: 1e9, 1e8 and 1e10 instructions

DEVICES = (("record 4e6 reads of a device's register", "polling"), ("record 20,000 sleeps of 100 us", "sleeping"),
           ("record 40,000 switches of threads whose stacks the MPU guards", "guards"))

# A command that is timed once a connection takes a few ms on our side: the median of few says little.
CONNECTIONS = 7

# QEMU replays from the start for every reverse step: few are enough, and none may take for ever.
QEMU_STEPS = 3
QEMU_PATIENCE = 60
LIMIT = 120

STEP = Scenario("step", "reverse-stepi", repeat=31)
STEP_WITH_BREAKPOINT = Scenario("step, breakpoint", "reverse-stepi", ("break run_round",), repeat=31)
EARLY = Scenario("early", "reverse-continue", ("break first_only",))
WATCH = Scenario("watch", "reverse-continue", ("watch late_word",))

# Traffic between gdb and the server of a live run, somewhere in the middle.
MIDDLE = ("tbreak run_round", "continue")
STEPS = 500
BLOCK = "0x20000000"
TRAFFIC = (
    (Scenario("steps", f"stepi {STEPS}", repeat=3, start=MIDDLE), f"gdb's stepi {STEPS}, with its some twenty reads a step", "", None),
    (Scenario("examine", f"x/65536xb {BLOCK}", repeat=2, start=MIDDLE), "x/65536xb", ">= 1 x", 1),
    (Scenario("dump", f"dump memory /dev/null {BLOCK} {BLOCK}+0x10000", repeat=9, start=MIDDLE),
     "dump memory of 64 KiB", ">= 1 x", 1),
)


def note(text):
    print(f"compare-qemu: {text}", file=sys.stderr, flush=True)


def firmware(rounds, folder):
    """The sample as committed, or built with other rounds; None without a cross compiler."""
    target = folder / f"compute{rounds}.elf"
    if rounds == NORMAL:
        shutil.copy(SAMPLES / "compute" / "compute.elf", target)
        return target
    if shutil.which("arm-none-eabi-gcc") is None:
        return None
    build = folder / f"samples{rounds}"
    shutil.copytree(SAMPLES, build)
    environment = dict(os.environ, CFLAGS=f"-DROUNDS={rounds}")
    subprocess.run([build / "build", "compute"], env=environment, check=True, stdout=subprocess.DEVNULL)
    shutil.move(build / "compute" / "compute.elf", target)
    return target


class Comparison:
    def __init__(self, folder, repeat, qemu=Qemu, reprise=Reprise):
        self.folder = folder
        self.repeat = repeat
        self.qemu = qemu()
        self.reprise = reprise(os.environ["REPRISE"])

    def record(self, elf, rounds):
        """Least effort of each side, measured in turns."""
        took = {self.qemu: [], self.reprise: []}
        for _ in range(self.repeat):
            for side, list_ in took.items():
                list_.append(side.record(elf, rounds, self.folder))
        for side, list_ in took.items():
            efforts = ", ".join(f"{e.clock:.2f} ({e.processor:.2f})" for e in list_)
            note(f"record {rounds} rounds, {side.name}, seconds (of processor time): {efforts}")
        return tuple(
            Effort(min(e.clock for e in list_), min(e.processor for e in list_)) for list_ in took.values())

    def travel(self, side, scenario, elf):
        """Timings of a scenario, one for each repetition."""
        timings = []
        slow = side is self.qemu
        steps = min(QEMU_STEPS, scenario.repeat) if slow else scenario.repeat
        repeat = self.repeat if slow or scenario.repeat > 1 else max(self.repeat, CONNECTIONS)
        for _ in range(repeat):
            with side.replay(elf, self.folder) as remote:
                timings.append(stopwatch.run(scenario, elf, remote, steps, LIMIT))
            last = timings[-1]
            if last.over or slow and sum(s for t in timings for s in t.seconds) > QEMU_PATIENCE:
                break
        text = "; ".join(", ".join(seconds(s) for s in t.seconds[:4]) + (" over" if t.over else "") for t in timings)
        note(f"{scenario.name}, {side.name}, {elf.stem}: {text}")
        return timings

    def traffic(self, side, scenario, elf):
        """Median of a scenario's command on a live run."""
        with side.live(elf) as remote:
            timing = stopwatch.run(scenario, elf, remote, scenario.repeat, LIMIT)
        note(f"{scenario.name}, {side.name}, {elf.stem}: {', '.join(seconds(s) for s in timing.seconds)}")
        return statistics.median(timing.seconds) if timing.seconds else None

    def steps(self, side, elf):
        """Median of single steps of a live run over the bare protocol."""
        taken = []
        for _ in range(self.repeat):
            with side.live(elf) as remote:
                taken.append(packets.time_steps(remote, STEPS))
        note(f"{STEPS} steps over the bare protocol, {side.name}: {', '.join(seconds(s) for s in taken)}")
        return statistics.median(taken)

    def both(self, scenario, elf):
        timings = self.travel(self.qemu, scenario, elf), self.travel(self.reprise, scenario, elf)
        theirs, ours = (t[0].places for t in timings)
        if any(a != b for a, b in zip(theirs, ours)):
            note(f"{scenario.name}: QEMU arrived at {[hex(p) for p in theirs]}, "
                 f"Reprise at {[hex(p) for p in ours[:len(theirs)]]}")
        return timings


def first(timings):
    """Median of the first command of each repetition, or None if one took too long."""
    if any(not t.seconds for t in timings):
        return None
    return statistics.median(t.seconds[0] for t in timings)


def rest(timings):
    """Median of the commands after the first, or None if one took too long."""
    if any(t.over for t in timings):
        return None
    return statistics.median(s for t in timings for s in t.seconds[1:])


def row(what, theirs, ours, bar="", most=None, factor=None):
    """A row of times. A side over its limit counts as if it took just that."""
    if ours is None:
        return Row(what, seconds(theirs), f"over {LIMIT} s", "", bar, False if bar else None)
    faster = (theirs or LIMIT) / ours
    met = [ours < most] if most else []
    met += [faster >= factor] if factor else []
    return Row(
        what,
        seconds(theirs) if theirs else f"over {LIMIT} s",
        seconds(ours),
        times(faster) if theirs else f"> {times(faster)}",
        bar,
        all(met) if met else None,
    )


def speed(what, theirs, ours, bar="", least=None):
    # Two lengths that differ by less than the noise say nothing.
    if theirs <= 0 or ours <= 0:
        return Row(what, "-", "-", "", bar, False if least else None)
    return Row(what, seconds(theirs), seconds(ours), times(theirs / ours), bar,
               theirs / ours >= least if least else None)


def compare(folder, repeat, quick):
    comparison = Comparison(folder, repeat)
    normal, short = firmware(NORMAL, folder), firmware(SHORT, folder)
    rows = []

    theirs, ours = comparison.record(normal, NORMAL)
    rows.append(speed("record 1e9 instructions", theirs.clock, ours.clock, ">= 0.75 x", 0.75))
    rows.append(speed("... in processor time", theirs.processor, ours.processor))
    if short:
        their_start, our_start = comparison.record(short, SHORT)
        rows.append(speed("... without start-up and the first tenth",
                          theirs.clock - their_start.clock, ours.clock - our_start.clock))
        rows.append(speed("... without both, in processor time",
                          theirs.processor - their_start.processor, ours.processor - our_start.processor))
    size = comparison.reprise.recording(normal, folder).stat().st_size
    for what, sample in DEVICES:
        elf = folder / f"{sample}.elf"
        shutil.copy(SAMPLES / sample / elf.name, elf)
        theirs, ours = comparison.record(elf, SHORT)
        rows.append(speed(what, theirs.clock, ours.clock, ">= 0.5 x", 0.5))
    rows.append(Row("size of the recording", "log only", f"{size / 1e6:.2f} MB", "", "<= 4 MB", size <= 4_000_000))

    theirs, ours = comparison.both(STEP, normal)
    rows.append(row("reverse-stepi at the end: first", first(theirs), first(ours), "< 20 ms", most=0.020))
    rows.append(row("... the next", rest(theirs), rest(ours), "< 3 ms, >= 50 x", most=0.003, factor=50))
    theirs, ours = comparison.both(STEP_WITH_BREAKPOINT, normal)
    rows.append(row("with a breakpoint set (700 hits): first", first(theirs), first(ours), "< 20 ms", most=0.020))
    rows.append(row("... the next", rest(theirs), rest(ours), "< 3 ms, >= 500 x", most=0.003, factor=500))

    theirs, ours = comparison.both(EARLY, normal)
    early = first(ours)
    rows.append(row("reverse-continue to the first 1 %", first(theirs), early, "< 150 ms", most=0.150))
    long = None if quick else firmware(LONG, folder)
    if long:
        effort = comparison.reprise.record(long, LONG, folder)
        note(f"record {LONG} rounds, Reprise: {effort.clock:.2f} ({effort.processor:.2f})")
        longer = first(comparison.travel(comparison.reprise, EARLY, long))
        rows.append(Row("... of 1e10 instructions, against 1e9", "", seconds(longer), times(longer / early),
                        "<= 1.5 x", longer <= 1.5 * early))
    theirs, ours = comparison.both(WATCH, normal)
    rows.append(row("reverse-continue to a watchpoint, halfway", first(theirs), first(ours)))
    return rows + traffic(comparison, normal) + compare_x86(folder, repeat)


def compare_x86(folder, repeat):
    comparison = Comparison(folder, repeat, x86.QemuPc, x86.ReprisePc)
    rows = []
    for what, sample, name in x86.RECORDED:
        elf = x86.firmware(SAMPLES, sample, name, folder)
        theirs, ours = comparison.record(elf, NORMAL)
        rows.append(speed(what, theirs.clock, ours.clock, ">= 0.5 x", 0.5))
        rows.append(speed("... in processor time", theirs.processor, ours.processor))
    elf = x86.firmware(SAMPLES, "compute", "compute", folder)
    ours = first(comparison.travel(comparison.reprise, x86.BACK, elf))
    try:
        theirs = first(comparison.travel(comparison.qemu, x86.BACK, elf))
    except RuntimeError as error:
        note(f"{x86.BACK.name}, {comparison.qemu.name}: {error}")
        theirs = None
    rows.append(row("x86: reverse-continue to a breakpoint (200 hits)", theirs, ours, "< 150 ms", most=0.150))
    return rows


def traffic(comparison, elf):
    return [
        row(f"stepi {STEPS} over the bare protocol, live", comparison.steps(comparison.qemu, elf),
            comparison.steps(comparison.reprise, elf), ">= 2 x", factor=2),
    ] + [
        row(what, comparison.traffic(comparison.qemu, scenario, elf),
            comparison.traffic(comparison.reprise, scenario, elf), bar, factor=least)
        for scenario, what, bar, least in TRAFFIC
    ]


def main():
    options = argparse.ArgumentParser(prog="compare-qemu")
    options.add_argument("--repeat", "--rounds", type=int, default=3, help="how often each side is measured (3)")
    options.add_argument("--quick", action="store_true", help="once, and without the recording ten times as long")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="compare-qemu-") as folder:
        rows = compare(Path(folder), 1 if arguments.quick else max(1, arguments.repeat), arguments.quick)
    print(f"{Qemu().version()}; {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}; "
          "times are the least of all for recording, medians for the rest")
    print()
    print(render(rows))
    return 0 if all(row.met is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
