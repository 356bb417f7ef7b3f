"""A gateway that keeps docs/sms-gateway.md, in a process of its own: `python -m bench.sms_gateway --log FILE`.

It prints its port. What it takes, it sends: a line in the log for each, once for each key. `--errors` and
`--timeouts` are shares of requests that go wrong, each as unkindly as it can: half of the errors come after the message
was taken, and so does the silence. With `--receipts` it tells of each message, signed, what became of it.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import random
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from urllib.request import Request, urlopen

REFUSED_ENDING, SLOW_ENDING = "3", "4"


class Gateway(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, given: argparse.Namespace) -> None:
        super().__init__(("127.0.0.1", given.port), Handler)
        self.given = given
        self.sent: dict[str, dict[str, Any]] = {}
        self.lock = threading.Lock()
        self.chance = random.Random(given.seed)
        self.log = Path(given.log).open("a", encoding="utf-8")  # noqa: SIM115 - as long as it lives

    def handle_error(self, *_: object) -> None:
        """Whoever asked has gone."""

    def send(self, message: dict[str, Any]) -> None:
        """Once for each key, whoever asks how often."""
        with self.lock:
            if message["reference"] in self.sent:
                return
            self.sent[message["reference"]] = message
            self.log.write(json.dumps(message) + "\n")
            self.log.flush()
        if self.given.receipts:
            threading.Thread(target=self.tell, args=[message], daemon=True).start()

    def tell(self, message: dict[str, Any]) -> None:
        parts = range(1, message["parts"] + 1)
        for state in ("sent", "delivered"):
            for part in parts:
                body = json.dumps({"reference": message["reference"], "state": state, "part": str(part)}).encode()
                signature = hmac.new(self.given.secret.encode(), body, hashlib.sha256).hexdigest()
                headers = {"Content-Type": "application/json", "Signature": f"sha256={signature}"}
                with urlopen(Request(message["receipts_to"], body, headers), timeout=30):
                    pass


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Gateway

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.refuses_us():
            return
        if self.headers["Idempotency-Key"] != body["reference"]:
            self.answer(422, {"error": "the key is not the reference"})
        elif body["to"].endswith(REFUSED_ENDING) and self.server.given.refuses:
            self.answer(422, {"error": "nobody has this number"})
        else:
            self.take(body)

    def do_GET(self) -> None:
        if self.refuses_us():
            return
        fault = self.fault()
        if fault == "timeout":
            time.sleep(self.server.given.silence)
        if fault.startswith("error"):
            self.answer(500, {"error": "for no reason"})
            return
        known = unquote(self.path.rpartition("/")[2]) in self.server.sent
        self.answer(200, {"known": True, "state": "sent"} if known else {"known": False})

    def take(self, message: dict[str, Any]) -> None:
        fault = self.fault()
        if fault == "error before":
            self.answer(500, {"error": "for no reason"})
            return
        self.server.send(message)
        if fault == "timeout" or (message["to"].endswith(SLOW_ENDING) and self.server.given.refuses):
            time.sleep(self.server.given.silence)
        if fault == "error after":
            self.answer(500, {"error": "for no reason"})
        else:
            self.answer(202, {"id": hashlib.sha256(message["reference"].encode()).hexdigest()[:12]})

    def refuses_us(self) -> bool:
        if self.headers["Authorization"] == f"Bearer {self.server.given.key}":
            return False
        self.answer(401, {"error": "who are you?"})
        return True

    def fault(self) -> str:
        given = self.server.given
        with self.server.lock:
            drawn = self.server.chance.random()
        if drawn < given.errors:
            return "error before" if drawn < given.errors / 2 else "error after"
        return "timeout" if drawn < given.errors + given.timeouts else ""

    def answer(self, status: int, found: dict[str, Any]) -> None:
        body = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The log holds what was sent, and nothing else."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default="key")
    parser.add_argument("--secret", default="secret")
    parser.add_argument("--errors", type=float, default=0.0)
    parser.add_argument("--timeouts", type=float, default=0.0)
    parser.add_argument("--silence", type=float, default=2.0, help="seconds without an answer")
    parser.add_argument("--receipts", action="store_true")
    parser.add_argument("--refuses", action="store_true", help="numbers that end in 3, and is slow with those in 4")
    parser.add_argument("--seed", type=int, default=1)
    server = Gateway(parser.parse_args())
    print(server.server_port, flush=True)
    threading.Thread(target=_until_nobody_listens, daemon=True).start()
    server.serve_forever()


def _until_nobody_listens() -> None:
    """Whoever started it holds its standard input."""
    sys.stdin.read()
    import os

    os._exit(0)


if __name__ == "__main__":
    main()
