"""One row a measurement: what each side took, their ratio, and whether the bar is met."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    what: str
    qemu: str
    reprise: str
    ratio: str = ""
    bar: str = ""
    met: bool | None = None

    def cells(self):
        met = "" if self.met is None else "yes" if self.met else "**no**"
        return (self.what, self.qemu, self.reprise, self.ratio, self.bar, met)


HEAD = ("what", "QEMU", "Reprise", "ratio", "bar", "met")


def render(rows):
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join("| " + " | ".join(c.ljust(w) for c, w in zip(line, widths)) + " |" for line in lines)


def seconds(value):
    if value is None:
        return "-"
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms" if value >= 0.001 else f"{value * 1e6:.0f} us"


def times(value):
    return f"{value:.0f} x" if value >= 10 else f"{value:.2f} x"
