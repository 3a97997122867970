"""Run a small OpenAI-compatible completions server over a real model, for the tests."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import torch


def complete(model, body):
    """One completion by transformers' own `generate`, in the form of the completions API."""
    tokenizer, network = model.tokenizer, model.network
    ids = tokenizer(body["prompt"])["input_ids"]
    torch.manual_seed(body["seed"])
    sampling = {"do_sample": False}
    if body["temperature"]:
        sampling = {
            "do_sample": True,
            "temperature": body["temperature"],
            "top_p": body["top_p"],
            "top_k": 0,
        }
    with torch.inference_mode():
        out = network.generate(
            torch.tensor([ids]),
            max_new_tokens=body["max_tokens"],
            output_logits=True,
            return_dict_in_generate=True,
            pad_token_id=0,
            **sampling,
        )
    tokens = out.sequences[0, len(ids) :].tolist()
    shares = [step[0].log_softmax(-1) for step in out.logits]
    kept = [token for token in tokens if token != network.config.eos_token_id]
    pieces = [tokenizer.decode([token]) for token in kept]
    best = [share.topk(body["logprobs"]) for share in shares[: len(kept)]]
    return {
        "choices": [
            {
                "text": "".join(pieces),
                "finish_reason": "stop" if len(kept) < len(tokens) else "length",
                "logprobs": {
                    "tokens": pieces,
                    "token_logprobs": [
                        float(share[token]) for share, token in zip(shares, kept, strict=False)
                    ],
                    "top_logprobs": [
                        {str(int(i)): float(v) for v, i in zip(*pair, strict=True)} for pair in best
                    ],
                },
            }
        ],
        "usage": {"completion_tokens": len(tokens)},
    }


@contextmanager
def served(model, port=0):
    """The address of a running server; `/plain/v1` tells no log-probabilities, `/slow/v1` sleeps.

    `/busy/v1` turns the first request away.
    """
    lock, turned_away = threading.Lock(), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            if "/busy/" in self.path and not turned_away:
                turned_away.append(self.path)
                self.send_response(429)
                self.send_header("Retry-After", "1")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if not self.path.endswith("/v1/completions") or body["model"] != "tiny":
                self.send_error(404, "no such model")
                return
            if "/slow/" in self.path:
                time.sleep(1)
            if "/other/" in self.path:
                reply = {"message": "hello"}
            else:
                with lock:
                    reply = complete(model, body)
            if "/plain/" in self.path:
                del reply["choices"][0]["logprobs"]
            payload = json.dumps(reply).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    # The server waits for a request under way at the end, because torch must not run while Python shuts down.
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
