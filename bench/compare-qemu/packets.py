"""A bare client of the remote protocol: what the server alone takes, without gdb's own work and its questions."""
import socket
import time

STEP = b"vCont;s:p1.1"


def time_steps(remote, count):
    """Seconds for so many single steps, one packet each, after as many that translate the code."""
    with _connect(remote) as peer:
        _ask(peer, b"qSupported:multiprocess+;swbreak+;hwbreak+;vContSupported+")
        _ask(peer, b"?")
        for _ in range(count):
            _ask(peer, STEP)
        begin = time.perf_counter()
        for _ in range(count):
            _ask(peer, STEP)
        return time.perf_counter() - begin


def _connect(remote):
    host, _, port = remote.rpartition(":")
    deadline = time.monotonic() + 30
    while True:
        try:
            peer = socket.create_connection((host, int(port)), timeout=30)
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return peer
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _ask(peer, packet):
    peer.sendall(b"$%s#%02x" % (packet, sum(packet) % 256))
    reply = b""
    while b"$" not in reply or reply[-3:-2] != b"#":
        received = peer.recv(65536)
        if not received:
            raise RuntimeError(f"the server left at {packet}")
        reply += received
    peer.sendall(b"+")
