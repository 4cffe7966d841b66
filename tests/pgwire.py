"""Counts what a PostgreSQL server sends: rows per answer and bytes, seen from the outside."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Wire:
    """A stretch of cable between a program and a server.

    Attributes
    ----------
    port : int
        Where the program connects to instead.
    rows : list of int
        Rows of every answer.
    n_bytes : int
        All that the server sent.
    """

    port: int
    rows: list[int] = field(default_factory=list)
    n_bytes: int = 0

    def forget(self) -> None:
        """Count from here."""
        self.rows, self.n_bytes = [], 0


@contextlib.contextmanager
def wire(server_port: int) -> Iterator[Wire]:
    """Stand between a program and the server at `server_port`."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        made = Wire(door.getsockname()[1])
        threading.Thread(target=_serve, args=(door, server_port, made), daemon=True).start()
        yield made


def _serve(door: socket.socket, server_port: int, made: Wire) -> None:
    while True:
        try:
            client, _ = door.accept()
        except OSError:
            return
        server = socket.create_connection(("127.0.0.1", server_port))
        threading.Thread(target=_pass_on, args=(client, server), daemon=True).start()
        threading.Thread(target=_counted, args=(server, client, made), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(1 << 16):
            target.sendall(piece)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def _counted(source: socket.socket, target: socket.socket, made: Wire) -> None:
    """Pass on what the server says, message by message: a sign, a length, a body."""
    with contextlib.suppress(OSError), source.makefile("rb") as said, source, target:
        n_rows, is_open = 0, False
        while sign := said.read(1):
            piece, is_open = sign, is_open or sign == b"R"
            # before that, a refused request for encryption is one letter and nothing else
            if is_open:
                head = said.read(4)
                piece += head + said.read(int.from_bytes(head, "big") - 4)
            made.n_bytes += len(piece)
            n_rows += sign == b"D"
            if sign == b"C":
                made.rows.append(n_rows)
                n_rows = 0
            target.sendall(piece)
