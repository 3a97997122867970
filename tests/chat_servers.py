"""Servers of chat models on this machine for the tests: one follows a script, and one runs a real model.

Both speak OpenAI's `/v1/chat/completions` and Ollama's `/api/chat`, streaming.
"""

import json
import re
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Chat:
    """One request as a script sees it, and the ways it can go on from there."""

    handler: BaseHTTPRequestHandler
    body: dict
    ollama: bool
    started: bool = False

    @property
    def quotes(self) -> list[str]:
        """The numbered quotes that were sent, in order."""
        asked = self.body["messages"][1]["content"]
        return re.findall(r'<quote number="\d+"[^>]*>(.*?)</quote>', asked)

    @property
    def asked(self) -> str:
        return self.body["messages"][-1]["content"]

    @property
    def repairs(self) -> bool:
        """Whether refused sentences are to be written again."""
        return len(self.body["messages"]) > 2

    @property
    def form(self) -> dict | None:
        """The JSON schema that the answer is to have."""
        if self.ollama:
            return self.body.get("format")
        asked = self.body.get("response_format")
        return asked["json_schema"]["schema"] if asked else None

    def say(self, text: str) -> None:
        """Send a piece of the answer."""
        if not self.started:
            self.started = True
            self.handler.send_response(200)
            kind = "application/x-ndjson" if self.ollama else "text/event-stream"
            self.handler.send_header("Content-Type", kind)
            self.handler.end_headers()
        self._line({"content": text, "role": "assistant"})

    def raw(self, data: bytes) -> None:
        """Send bytes as they are, as a whole answer of status 200."""
        self.handler.send_response(200)
        self.handler.send_header("Content-Type", "text/event-stream")
        self.handler.end_headers()
        self.handler.wfile.write(data)

    def end(self) -> None:
        """End the answer as the protocol does."""
        if self.ollama:
            self._line({"content": "", "role": "assistant"}, done=True)
        else:
            self.handler.wfile.write(b"data: [DONE]\n\n")

    def fail(self, status: int, message: str = "out of order") -> None:
        error = message if self.ollama else {"message": message}
        data = json.dumps({"error": error}).encode()
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", "application/json")
        self.handler.send_header("Content-Length", str(len(data)))
        self.handler.end_headers()
        self.handler.wfile.write(data)

    def reset(self) -> None:
        """Tear the connection down without a farewell."""
        self.handler.wfile.flush()
        linger = struct.pack("ii", 1, 0)
        self.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.handler.connection.close()

    def listened_to(self) -> bool:
        """Whether the other side still holds the connection."""
        self.handler.connection.settimeout(0.05)
        try:
            return self.handler.connection.recv(1, socket.MSG_PEEK) != b""
        except TimeoutError:
            return True
        except OSError:
            return False
        finally:
            with suppress(OSError):
                self.handler.connection.settimeout(None)

    def _line(self, message: dict, *, done: bool = False) -> None:
        if self.ollama:
            row = {"model": "m", "created_at": "2026-01-01T00:00:00Z", "message": message}
            data = json.dumps({**row, "done": done}) + "\n"
        else:
            row = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m"}
            choice = {"index": 0, "delta": message, "finish_reason": None}
            data = f"data: {json.dumps({**row, 'choices': [choice]})}\n\n"
        self.handler.wfile.write(data.encode())
        self.handler.wfile.flush()


@dataclass
class Served:
    """A running server: its address, and what it was asked."""

    address: str
    chats: list[Chat] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def served(script, models=("m",)):
    """A server that handles every chat with `script(chat)` and lists `models`."""
    found = Served(address="")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            rows = {
                "/v1/models": {"data": [{"id": name} for name in models]},
                "/api/tags": {"models": [{"name": f"{name}:latest"} for name in models]},
            }
            if self.path not in rows:
                self.send_error(404)
                return
            data = json.dumps(rows[self.path]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            chat = Chat(handler=self, body=body, ollama=self.path == "/api/chat")
            found.chats.append(chat)
            found.headers.append({name.lower(): value for name, value in self.headers.items()})
            with suppress(OSError):
                script(chat)
            self.close_connection = True

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # The server waits for a request under way at the end, because torch must not run while Python shuts down.
    server.daemon_threads = False
    found.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


def essay(*paragraphs, deck="This asks whether it is so.", angles=()) -> str:
    """An essay as a model writes it: paragraphs of (numbers, sentence)."""
    named = angles or ("opening", "direct", "twist", "counterweight", "close", "close")
    parts = [
        {"angle": angle, "sentences": [{"rests_on": list(on), "text": text} for on, text in told]}
        for angle, told in zip(named, paragraphs, strict=False)
    ]
    return json.dumps({"deck": deck, "paragraphs": parts})


def quoting(chat) -> str:
    """An essay of all quotes in their own words, in three paragraphs."""
    told = [([number], quote) for number, quote in enumerate(chat.quotes, 1)][:15]
    step = max(1, -(-len(told) // 3))
    return essay(*(told[at : at + step] for at in range(0, len(told), step)))


def chatting(backend):
    """A script over a real model: transformers' own greedy generation, a token at a time."""
    import torch
    import transformers

    lock = threading.Lock()
    tokenizer = backend.model.tokenizer

    class Said(transformers.TextStreamer):
        def __init__(self, chat):
            super().__init__(tokenizer, skip_prompt=True, skip_special_tokens=True)
            self.chat = chat

        def on_finalized_text(self, text, stream_end=False):  # noqa: ARG002  transformers' name
            self.chat.say(text)

    def script(chat):
        prompt = tokenizer.apply_chat_template(
            chat.body["messages"], tokenize=False, add_generation_prompt=True
        )
        ids = tokenizer(prompt, add_special_tokens=False, return_tensors="pt")
        most = chat.body["options"]["num_predict"] if chat.ollama else chat.body["max_tokens"]
        with lock, torch.inference_mode():
            backend.network.generate(
                **ids, max_new_tokens=most, do_sample=False, pad_token_id=0, streamer=Said(chat)
            )
        chat.end()

    return script
