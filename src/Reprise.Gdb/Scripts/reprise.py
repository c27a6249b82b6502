"""Reprise in gdb: checkpoints, bookmarks and searches through time, where the target is a Reprise server.

Load it with "source PATH" (reprise gdb-script prints PATH); "reprise debug" does so by itself. Needs gdb 13 or newer.

gdb's own commands of the same names (checkpoint, restart, bookmark, goto-bookmark, ...) stay gdb's until this gdb is
connected to a Reprise server for the first time: gdb can't have a command back that was replaced. What the user types at
"monitor" is followed by a refresh of what gdb shows.
"""

import base64
import binascii
import re

import gdb

_CHECKPOINT = "checkpoint-"
_BOOKMARK = "bookmark-"
_BOOKMARK_LINE = re.compile(r"^([* ]) +(?:(\d+):)?(\d+) +([\d,]+) ns  (\S+)  (0x[0-9a-f]+)")
_WHEN_LINE = re.compile(r"^position (\d+) of (\d+), virtual time ([\d,]+) ns(?:, branch (\d+))?")

_known = {}  # By number of the connection: whether it is a Reprise server.
_asks = 0  # Monitor commands of ours that are running: they may be part of an expression, and refresh by themselves.


def _connection():
    """The connection of the current inferior, or None."""
    return getattr(gdb.selected_inferior(), "connection", None)


def is_reprise():
    """Whether the current inferior is on a Reprise server."""
    connection = _connection()
    if connection is None or not hasattr(connection, "send_packet"):
        return False
    if connection.num not in _known:
        try:
            answer = connection.send_packet("qGDBServerVersion")
        except (gdb.error, ValueError):
            return False
        _known[connection.num] = answer is not None and answer.startswith(b"name:reprise;")
        if _known[connection.num]:
            connection.send_packet("QReprise.RefreshesItself")
    return _known[connection.num]


def _monitor(command):
    """What a monitor command of the server says."""
    global _asks
    if not is_reprise():
        raise gdb.GdbError("The target is no Reprise server.")
    _asks += 1
    try:
        return gdb.execute("monitor " + command, to_string=True)
    finally:
        _asks -= 1


def _refresh():
    """Makes gdb look at the guest anew after it was moved."""
    _forget_bits()
    gdb.execute("maintenance flush register-cache", to_string=True)
    gdb.execute("maintenance flush dcache", to_string=True)
    gdb.invalidate_cached_frames()


def _travel(command):
    """A monitor command that moves the guest."""
    output = _monitor(command)
    _refresh()
    said = output.splitlines()
    if any(line.startswith("position ") for line in said):
        gdb.write("\n".join(line for line in said if not line.startswith("position ")) + "\n" if len(said) > 1 else "")
        gdb.execute("frame")
    else:
        raise gdb.GdbError("\n".join(said))


def reprise_after_monitor():
    """Called behind each monitor command: those that the user types may have moved the guest."""
    if _asks == 0 and is_reprise():
        _refresh()


def _when():
    match = _WHEN_LINE.match(_monitor("when"))
    if match is None:
        raise gdb.GdbError("The server does not tell the position.")
    return match


def _place_of(address):
    """An address as gdb's lists show it, with file and line where they are known."""
    line = gdb.find_pc_line(address)
    where = ", file %s, line %d" % (line.symtab.filename, line.line) if line.symtab else ""
    return "at %#x%s" % (address, where)


class _Mark:
    """A bookmark of the server."""

    def __init__(self, match):
        self.here = match.group(1) == "*"
        self.branch = match.group(2)
        self.position = int(match.group(3))
        self.name = match.group(5)
        self.address = int(match.group(6), 16)

    def describe(self):
        branch = ", branch " + self.branch if self.branch else ""
        return "position %d%s, %s" % (self.position, branch, _place_of(self.address))


def _marks():
    return [_Mark(match) for match in map(_BOOKMARK_LINE.match, _monitor("bookmarks").splitlines()) if match]


def _find(name):
    return next((mark for mark in _marks() if mark.name == name), None)


def _next_number(prefix):
    numbers = [mark.name[len(prefix):] for mark in _marks() if mark.name.startswith(prefix)]
    return 1 + max((int(number) for number in numbers if number.isdigit()), default=0)


def _set(name):
    output = _monitor("bookmark " + name)
    if not output.startswith(name + " is position "):
        raise gdb.GdbError(output.strip())
    return _find(name)


def _names(word, prefix="", others=()):
    """Names of marks with a prefix, and others, for completion. At first gdb asks without a word, for where words end."""
    if word is None:
        return []
    names = [mark.name[len(prefix):] for mark in _marks() if mark.name.startswith(prefix)] if is_reprise() else []
    return [name for name in (*others, *names) if name.startswith(word)]


def _delete(argument, prefix, of_prefix, what):
    """Forgets the marks that are named, or all that of_prefix says after a question."""
    names = [_resolve(word, prefix) for word in gdb.string_to_argv(argument)]
    if not names:
        names = [mark.name for mark in _marks() if of_prefix(mark.name)]
        if not names:
            return
        if gdb.parameter("confirm") and not _ask("Delete all %ss? (y or n) " % what):
            return
    for name in names:
        output = _monitor("forget " + name)
        if output:
            raise gdb.GdbError(output.strip())


def _ask(question):
    try:
        return input(question).strip().lower().startswith("y")
    except EOFError:
        return True  # As gdb answers for itself where nobody is.


def _resolve(word, prefix):
    """A number is that of a mark with a prefix, anything else is a name."""
    return prefix + word if word.isdigit() else word


class _Command(gdb.Command):
    """A command named by NAME; its text is its help."""

    NAME = ""
    CLASS = gdb.COMMAND_RUNNING
    IS_GDBS = True

    def __init__(self):
        super().__init__(self.NAME, self.CLASS)

    def invoke(self, argument, from_tty):
        self.dont_repeat()
        if not is_reprise():
            own = " gdb's own command of that name is back in a new gdb." if self.IS_GDBS else ""
            raise gdb.GdbError("The target is no Reprise server, which \"%s\" is for.%s" % (self.NAME, own))
        self.run(argument.strip())


class _Checkpoint(_Command):
    """Mark this position as a checkpoint, to come back with "restart N".
The server keeps it, and the state there, until it is deleted."""

    NAME = "checkpoint"

    def run(self, argument):
        if argument:
            raise gdb.GdbError("\"checkpoint\" takes no argument.")
        number = _next_number(_CHECKPOINT)
        mark = _set(_CHECKPOINT + str(number))
        gdb.write("Checkpoint %d: %s.\n" % (number, mark.describe()))


class _InfoCheckpoints(_Command):
    """List the checkpoints; '*' marks where the guest is."""

    NAME = "info checkpoints"
    CLASS = gdb.COMMAND_STATUS

    def run(self, argument):
        marks = [mark for mark in _marks() if mark.name.startswith(_CHECKPOINT)]
        for mark in marks:
            gdb.write("%s %s %s\n" % ("*" if mark.here else " ", mark.name[len(_CHECKPOINT):], mark.describe()))
        if not marks:
            gdb.write("No checkpoints.\n")


class _Restart(_Command):
    """Go back, or forward, to a checkpoint: restart N.
History stays: what lies behind the checkpoint can be gone to as before."""

    NAME = "restart"

    def run(self, argument):
        if not argument.isdigit():
            raise gdb.GdbError("Argument required (number of a checkpoint).")
        if _find(_CHECKPOINT + argument) is None:
            raise gdb.GdbError("Not found: checkpoint id " + argument)
        gdb.write("Switching to checkpoint %s.\n" % argument)
        _travel("goto " + _CHECKPOINT + argument)

    def complete(self, text, word):
        return _names(word, _CHECKPOINT)


class _DeleteCheckpoint(_Command):
    """Delete checkpoints by number: delete checkpoint N..."""

    NAME = "delete checkpoint"

    def run(self, argument):
        words = argument.split()
        if not words or not all(word.isdigit() for word in words):
            raise gdb.GdbError("Argument required (number of a checkpoint).")
        _delete(argument, _CHECKPOINT, lambda name: False, "checkpoint")

    def complete(self, text, word):
        return _names(word, _CHECKPOINT)


class _Bookmark(_Command):
    """Give this position a name: bookmark [NAME].
Without a name it gets a number. Go there with "goto-bookmark" or "goto"."""

    NAME = "bookmark"

    def run(self, argument):
        name = argument or _BOOKMARK + str(_next_number(_BOOKMARK))
        mark = _set(name)
        shown = name if argument else name[len(_BOOKMARK):]
        gdb.write("Saved bookmark %s: %s.\n" % (shown, mark.describe()))


class _GotoBookmark(_Command):
    """Go to a bookmark: goto-bookmark NUMBER|NAME|begin|end.
"begin" (or "start") and "end" are those of the recorded history."""

    NAME = "goto-bookmark"

    def run(self, argument):
        if not argument:
            raise gdb.GdbError("Command requires an argument.")
        if argument in ("begin", "start", "end"):
            _travel("goto " + ("end" if argument == "end" else "start"))
        elif _find(_resolve(argument, _BOOKMARK)) is None:
            raise gdb.GdbError("goto-bookmark: no bookmark found for '%s'." % argument)
        else:
            _travel("goto " + _resolve(argument, _BOOKMARK))

    def complete(self, text, word):
        return _names(word, others=("begin", "end"))


class _InfoBookmarks(_Command):
    """List the bookmarks; '*' marks where the guest is."""

    NAME = "info bookmarks"
    CLASS = gdb.COMMAND_STATUS

    def run(self, argument):
        marks = [mark for mark in _marks() if not mark.name.startswith(_CHECKPOINT)]
        for mark in marks:
            name = mark.name[len(_BOOKMARK):] if mark.name.startswith(_BOOKMARK) else mark.name
            gdb.write("%s %s %s\n" % ("*" if mark.here else " ", name, mark.describe()))
        if not marks:
            gdb.write("No bookmarks.\n")


class _DeleteBookmark(_Command):
    """Delete bookmarks: delete bookmark [NUMBER|NAME]...
Without an argument, all of them."""

    NAME = "delete bookmark"

    def run(self, argument):
        _delete(argument, _BOOKMARK, lambda name: not name.startswith(_CHECKPOINT), "bookmark")

    def complete(self, text, word):
        return _names(word)


class _Search(_Command):
    """What last-write and next-write have in common."""

    IS_GDBS = False

    def run(self, argument):
        if not argument:
            raise gdb.GdbError("Command requires an argument: an expression for something in memory.")
        try:
            value = gdb.parse_and_eval(argument)
            address = value.address
        except gdb.error as error:
            raise gdb.GdbError(str(error)) from None
        if address is None:
            raise gdb.GdbError("\"%s\" is not in memory; *(int *)0x20000000 would be." % argument)
        _travel("%s %#x,%d" % (self.NAME, int(address), value.type.strip_typedefs().sizeof))

    def complete(self, text, word):
        return gdb.COMPLETE_EXPRESSION


class _LastWrite(_Search):
    """Go to the last write of a variable before here: last-write EXPRESSION.
The guest then stands at the instruction that writes. The same again finds the write before that."""

    NAME = "last-write"


class _NextWrite(_Search):
    """Go to the next write of a variable in history: next-write EXPRESSION.
The guest then stands at the instruction that writes. The same again finds the write after that."""

    NAME = "next-write"


class _When(_Command):
    """Tell the position, the end of history and the virtual time."""

    NAME = "when"
    CLASS = gdb.COMMAND_STATUS
    IS_GDBS = False

    def run(self, argument):
        gdb.write(_monitor("when"))


class _Goto(_Command):
    """Go to a place in history: goto [BRANCH:]POSITION|NAME|start|end|-N|+N.
NAME is a bookmark; -N and +N are so many instructions from here."""

    NAME = "goto"
    IS_GDBS = False

    def run(self, argument):
        if not argument:
            raise gdb.GdbError("Command requires an argument: a position, a bookmark, start, end, -N or +N.")
        _travel("goto " + argument)

    def complete(self, text, word):
        return _names(word, others=("start", "end"))


class _Screen(_Command):
    """Show the board's screen as it is here: screen [FILE].
With a file's name it is written there as PNG."""

    NAME = "screen"
    CLASS = gdb.COMMAND_STATUS
    IS_GDBS = False

    def run(self, argument):
        if not argument:
            gdb.write(_monitor("screen"))
            return
        output = _monitor("screen png")
        try:
            picture = base64.b64decode("".join(output.split()), validate=True)
        except binascii.Error:
            raise gdb.GdbError(output.strip()) from None
        try:
            with open(argument, "wb") as file:
                file.write(picture)
        except OSError as error:
            raise gdb.GdbError(str(error)) from None
        gdb.write("Wrote the screen to %s.\n" % argument)

    def complete(self, text, word):
        return gdb.COMPLETE_FILENAME


class _ReverseFinish(_Command):
    """Execute backward until just before the selected stack frame is called.
gdb's own stops at the last call of the function, which is another one where it calls itself."""

    NAME = "reverse-finish"

    def run(self, argument):
        if argument:
            raise gdb.GdbError("The \"reverse-finish\" command does not take any arguments.")
        frame = self._selected()
        caller = frame.older()
        function = frame.function()
        if (caller is None or function is None or frame.type() != gdb.NORMAL_FRAME
                or caller.type() not in (gdb.NORMAL_FRAME, gdb.INLINE_FRAME)):
            self._as_gdb_does()
            return
        gdb.write("Run back to call of ")
        gdb.execute("with print frame-info location -- frame")
        entry = int(function.value().address)
        if frame.level() == 0 and frame.pc() == entry or self._run_to(entry, int(caller.read_register("sp"))):
            gdb.execute("reverse-stepi")

    def _selected(self):
        try:
            return gdb.selected_frame()
        except gdb.error as error:
            raise gdb.GdbError(str(error)) from None

    def _as_gdb_does(self):
        gdb.execute("set exec-direction reverse")
        try:
            gdb.execute("finish")
        except gdb.error as error:
            raise gdb.GdbError(str(error)) from None
        finally:
            gdb.execute("set exec-direction forward")

    def _run_to(self, entry, stack):
        """Back to where a function began with this stack. False when something else stopped on the way."""
        place = gdb.Breakpoint("*%#x" % entry, gdb.BP_BREAKPOINT, internal=True)
        place_number = place.number
        place.silent = True
        place.condition = "$sp == %d" % stack
        stopped_at = []  # Numbers of breakpoints; negative for those that are not the user's.

        def note(event):
            stopped_at[:] = [each.number for each in getattr(event, "breakpoints", [])]

        gdb.events.stop.connect(note)
        try:
            output = gdb.execute("reverse-continue", to_string=True)
        finally:
            gdb.events.stop.disconnect(note)
            place.delete()
        arrived = stopped_at == [place_number]
        gdb.write("" if arrived else output)
        return arrived


class _Position(gdb.Function):
    """The guest's position: the number of instructions that it has executed."""

    def __init__(self):
        super().__init__("_position")

    def invoke(self):
        return _number(_when().group(1))


class _VirtualTime(gdb.Function):
    """The guest's own time in nanoseconds."""

    def __init__(self):
        super().__init__("_virtual_time")

    def invoke(self):
        return _number(_when().group(3).replace(",", ""))


def _number(text):
    return gdb.parse_and_eval(text + "ULL")


# x86 code of 16 bits, which gdb takes for code of 32 or 64, and whose segments it does not know: the server reads it.

_CODE_LINE = re.compile(r"^(=>|  ) (0x[0-9a-f]+) ([0-9a-f]+):([0-9a-f]+) ([0-9a-f]+) +(.*)$", re.MULTILINE)

_bits = None  # Of the code that runs, until the guest moves.


def _forget_bits(*_):
    global _bits
    _bits = None


def _code(arguments):
    """What the server makes of code: pairs of match and length."""
    flavor = " intel" if gdb.parameter("disassembly-flavor") == "intel" else ""
    output = _monitor("disassemble" + arguments + flavor)
    found = [(match, len(match.group(5)) // 2) for match in _CODE_LINE.finditer(output)]
    if not found:
        raise gdb.GdbError(output.strip())
    return found


def _is_16_bit():
    """Whether the processor runs code of 16 bits."""
    global _bits
    if _bits is None and is_reprise():
        match = re.match(r"code of (\d+) bits", _monitor("disassemble 0 1"))
        _bits = int(match.group(1)) if match else 0
    return _bits == 16


def _real(name):
    return int(gdb.parse_and_eval("$" + name)) & 0xffff


class _RealMode(_Command):
    """Show where 16-bit x86 code stands: real-mode [on|off].
Registers of 16 bits, linear addresses of code and stack, and the next instructions, as CS has them. "on" does it at each stop
in 16-bit code; breakpoints are at linear addresses: break *$_linear(0xf000, 0xe05b)."""

    NAME = "real-mode"
    CLASS = gdb.COMMAND_STATUS
    IS_GDBS = False

    def run(self, argument):
        if argument == "on":
            _RealMode.shows = True
        elif argument == "off":
            _RealMode.shows = False
            return
        elif argument:
            raise gdb.GdbError("\"real-mode\" takes \"on\", \"off\" or nothing.")
        if _is_16_bit():
            self.show()
        elif not argument:
            raise gdb.GdbError("This is no code of 16 bits: x/8i $pc")

    @staticmethod
    def show():
        code = _code("")
        names = (("eax", "ax"), ("ebx", "bx"), ("ecx", "cx"), ("edx", "dx"), ("esi", "si"), ("edi", "di"), ("ebp", "bp"))
        wide = gdb.selected_frame().architecture().name().startswith("i386:x86-64")
        gdb.write("  ".join("%s %04x" % (short, _real("r" + short if wide else name)) for name, short in names) + "\n")
        gdb.write("  ".join("%s %04x" % (name, _real(name)) for name in ("ds", "es", "fs", "gs")))
        stack = _real("rsp" if wide else "esp")
        gdb.write("  ss:sp %04x:%04x = %#x  %s\n" % (_real("ss"), stack, _real("ss") * 16 + stack,
                                                     gdb.parse_and_eval("$eflags").format_string()))
        for match, _ in code:
            gdb.write("%s %s:%s (%#x)\t%s\n" % (match.group(1), match.group(3), match.group(4), int(match.group(2), 16),
                                               match.group(6)))

    @staticmethod
    def at_stop(event):
        """gdb knows a breakpoint by a PC without the base of CS, and takes most for a trap of the guest's."""
        if not _RealMode.shows or not _is_16_bit():
            return
        code = _code("")
        here = int(code[0][0].group(2), 16)
        if not isinstance(event, gdb.BreakpointEvent):
            for number in (each.number for each in gdb.breakpoints() or () for place in _places(each) if place == here):
                gdb.write("Breakpoint %d\n" % number)
        _RealMode.show()

    shows = False


def _places(breakpoint):
    """Addresses of a breakpoint."""
    if breakpoint.type not in (gdb.BP_BREAKPOINT, gdb.BP_HARDWARE_BREAKPOINT) or not breakpoint.enabled:
        return []
    return [location.address for location in breakpoint.locations]


class _RealNext(_Command):
    """Step one instruction of 16-bit x86 code, but over calls, interrupts and repeated instructions: real-nexti.
gdb's own nexti looks for their end at an address without the base of CS."""

    NAME = "real-nexti"
    IS_GDBS = False
    _OVER = re.compile(r"^(rep\w* |l?call|int|loop)")

    def run(self, argument):
        if not _is_16_bit():
            gdb.execute("nexti " + argument)
            return
        code = _code("")
        match, length = code[0]
        if not self._OVER.match(match.group(6)):
            gdb.execute("stepi")
            return
        place = gdb.Breakpoint("*%#x" % (int(match.group(2), 16) + length), gdb.BP_BREAKPOINT, internal=True, temporary=True)
        place.silent = True
        try:
            gdb.execute("continue")
        finally:
            if place.is_valid():
                place.delete()
            else:
                gdb.execute("frame")


class _Linear(gdb.Function):
    """The linear address of a real-mode one: $_linear(SEGMENT, OFFSET)."""

    def __init__(self):
        super().__init__("_linear")

    def invoke(self, segment, offset):
        return _number(str((int(segment) & 0xffff) * 16 + (int(offset) & 0xffff)))


class _LinearPc(gdb.Function):
    """The linear address of the next instruction: with the base of CS, which $pc is without."""

    def __init__(self):
        super().__init__("_linear_pc")

    def invoke(self):
        code = _code("")
        return _number(str(int(code[0][0].group(2), 16)))


def _read_code():
    """Has gdb's own commands (x/i, disassemble, display/i) show code of 16 bits as it is."""
    try:
        from gdb.disassembler import Disassembler, DisassemblerResult, register_disassembler
    except ImportError:
        return  # gdb 12

    class _Code(Disassembler):
        def __call__(self, info):
            if not _is_16_bit():
                return None
            code = _code(" %#x 1" % info.address)
            return DisassemblerResult(code[0][1], code[0][0].group(6))

    known = gdb.architecture_names()
    for name in ("i386", "i386:intel", "i386:x86-64", "i386:x86-64:intel"):
        if name in known:
            register_disassembler(_Code("reprise"), name)


_installed = False


def _install(*_):
    """Replaces gdb's own commands, once there is a Reprise server to use them on."""
    global _installed
    if not _installed and is_reprise():
        _installed = True
        for command in (_Checkpoint, _InfoCheckpoints, _Restart, _DeleteCheckpoint,
                        _Bookmark, _GotoBookmark, _InfoBookmarks, _DeleteBookmark, _ReverseFinish):
            command()
        gdb.execute("define hookpost-monitor\npython reprise_after_monitor()\nend", to_string=True)


def _disconnected(event):
    _known.pop(event.connection.num, None)


for _command in (_LastWrite, _NextWrite, _When, _Goto, _Screen, _Position, _VirtualTime,
                 _RealMode, _RealNext, _Linear, _LinearPc):
    _command()

_read_code()
gdb.events.stop.connect(_forget_bits)
gdb.events.register_changed.connect(_forget_bits)

gdb.events.connection_removed.connect(_disconnected)
gdb.events.stop.connect(_install)
gdb.events.stop.connect(_RealMode.at_stop)
gdb.events.before_prompt.connect(_install)
_install()
