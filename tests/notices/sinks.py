"""Servers on loopback that take what is told: a mail server and a web server. Both keep what came, and can misbehave."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Mailbox:
    """refuse: answers to RCPT that are given before any is taken, in turn. said: verbs, with `TLS ` before those said in secret."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """As much of RFC 5321 as a client needs that sends one mail; with tls, STARTTLS and a sign-in of ada with sesame."""
    box = Mailbox()

    class Session(socketserver.StreamRequestHandler):
        timeout = 10

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 sink.example ESMTP")
            while line := self.rfile.readline(1000).decode().strip():
                verb = line.split(":")[0].upper().split()[0]
                secret = isinstance(self.request, ssl.SSLSocket)
                box.said.append(f"TLS {verb}" if secret else verb)
                if verb == "EHLO" and tls is not None:
                    self.say("250-sink.example")
                    self.say("250 AUTH PLAIN" if secret else "250 STARTTLS")
                elif verb == "STARTTLS" and tls is not None:
                    self.say("220 go on")
                    self.request = tls.wrap_socket(self.request, server_side=True)
                    self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
                elif verb == "AUTH":
                    right = line.endswith(base64.b64encode(b"\0ada\0sesame").decode())
                    self.say("235 welcome" if right else "535 wrong")
                elif verb == "DATA":
                    self.take()
                elif verb == "RCPT" and box.refuse:
                    self.say(box.refuse.pop(0))
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    if verb == "RCPT":
                        box.recipients.append(line.partition("<")[2].rstrip(">"))
                    self.say("250 sink.example")

        def take(self) -> None:
            self.say("354 go on")
            lines = []
            while (line := self.rfile.readline(5000)) not in (b".\r\n", b""):
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            box.mails.append(message_from_bytes(b"".join(lines), policy=default))
            self.say("250 taken")

    class Server(socketserver.ThreadingTCPServer):
        def handle_error(self, *_args: Any) -> None:
            """A client that does not trust us ends the connection: that is for it to say."""

    server = Server(("127.0.0.1", 0), Session)
    server.daemon_threads = True
    box.port = server.server_address[1]
    with _serving(server):
        yield box


@dataclass(frozen=True)
class Posted:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Board:
    """answers: statuses that are given in turn before 200; a 0 gives no answer at all. headers: sent along with them."""

    url: str = ""
    posts: list[Posted] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    drip: bool = False


@contextmanager
def web_server() -> Iterator[Board]:
    board, done = Board(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            board.posts.append(Posted(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            if board.drip:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while not done.wait(0.05):
                    try:
                        self.wfile.write(b"X-Still: there\r\n")
                    except OSError:
                        return
            status = board.answers.pop(0) if board.answers else 200
            if status == 0:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in board.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    board.url = f"http://127.0.0.1:{server.server_address[1]}"
    with _serving(server):
        try:
            yield board
        finally:
            done.set()


@contextmanager
def _serving(server: socketserver.TCPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
