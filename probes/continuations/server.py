"""Continue texts with OpenAI-compatible servers, such as vLLM or llama.cpp; several serve the same model.

Prefixes are sent to the completions API as texts, sorted by their beginnings, so that a server with prefix caching
reads each shared beginning once.
"""

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

from probes.continuations.text import finished
from probes.continuations.types import Continuation, Finish, Prefix, Request
from probes.machines.endpoints import AT_ONCE, Endpoints, addresses
from probes.types import ModelRecord, ProbeError, UsageError

_LIKELIEST = 5
"""So many alternatives are asked for per token; servers of this kind commonly refuse more."""


@dataclass(frozen=True, kw_only=True)
class ServerBackend:
    """A served model as a `Backend`; its addresses end before `/completions`.

    A call that fails in a way that may pass is tried again, elsewhere first; each server is sent `at_once` calls.
    """

    addresses: tuple[str, ...]
    model: str
    timeout: float = 120.0
    at_once: int = AT_ONCE

    @property
    def record(self) -> ModelRecord:
        """Return a record of the served name; the weights cannot be seen from here."""
        return ModelRecord(
            id=self.model,
            revision=f"served by {', '.join(self.addresses)}",
            quantisation="unknown",
            parameters=0,
        )

    def prefix(self, text: str) -> Prefix:
        """Return the text alone, because the server tokenises it."""
        return Prefix(text=text)

    def extend(self, prefix: Prefix, text: str) -> Prefix:
        """Return a prefix with more text behind it."""
        return Prefix(text=prefix.text + text)

    def chat(self, question: str) -> str:
        """Refuse: the chat template lies with the server and is not known here.

        Raises:
            ProbeError: always.
        """
        raise ProbeError(
            f"the chat template of {self.model} lies with its server, so a chat cannot be cut "
            f"there ({len(question)} characters asked); use prompting=few-shot"
        )

    def complete(self, requests: Sequence[Request]) -> Iterator[tuple[int, Continuation]]:
        """Yield every continuation with the index of its request, in the order they arrive.

        Raises:
            ProbeError: the server is down, is too slow, refuses, or sends something that is no completion.
        """
        order = sorted(range(len(requests)), key=lambda index: requests[index].prefix.text)
        servers = Endpoints(self.addresses, self.at_once)
        with ThreadPoolExecutor(self.at_once * len(self.addresses)) as pool:
            asked = {pool.submit(self._ask, servers, requests[index]): index for index in order}
            try:
                for done in as_completed(asked):
                    yield asked[done], done.result()
            finally:
                for future in asked:
                    future.cancel()

    def _ask(self, servers: Endpoints, request: Request) -> Continuation:
        decoding = request.decoding
        body: dict[str, Any] = {
            "model": self.model,
            "prompt": request.prefix.text,
            "max_tokens": decoding.max_tokens,
            "temperature": decoding.temperature,
            "top_p": decoding.top_p if decoding.temperature else 1.0,
            # A server takes one number, so the parts of the seed are folded into 31 bits.
            "seed": int.from_bytes(json.dumps(request.seed).encode(), "little") % (2**31 - 1),
            "logprobs": _LIKELIEST,
        }
        if decoding.stop:
            body["stop"] = list(decoding.stop)
        return servers.call(lambda address: self._answer(address, body, request), _passing)

    def _answer(self, address: str, body: dict[str, Any], request: Request) -> Continuation:
        answer = self._post(address, body)
        try:
            return _read(answer["choices"][0], answer.get("usage") or {}, request)
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise ProbeError(
                f"{address} answered without a text; it must offer the completions API"
            ) from error

    def _post(self, address: str, body: dict[str, Any]) -> Any:
        call = urllib.request.Request(  # noqa: S310 (open_server admits http and https only)
            f"{address}/completions",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with _OPENER.open(call, timeout=self.timeout) as reply:
                told = reply.read(_LARGEST + 1)
            if len(told) > _LARGEST:
                raise ValueError(f"more than {_LARGEST:,} bytes")
            return json.loads(told)
        except urllib.error.HTTPError as error:
            said = error.read(300).decode("utf-8", "replace")
            raise _Failed(
                f"{address} refused ({error.code}): {said or error.reason}; check the model "
                f"name {self.model!r} and that it offers /completions",
                after=_after(error) if error.code in _BUSY else None,
            ) from error
        except TimeoutError as error:
            raise self._slow(address) from error
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise self._slow(address) from error
            raise _Failed(
                f"no server answers at {address} ({error.reason}); start it or mend the address; "
                "the next run goes on from what is kept",
                after=0.0,
            ) from error
        except (OSError, ValueError, RecursionError, http.client.HTTPException) as error:
            raise _Failed(
                f"{address} broke off or sent no JSON ({error}); look at the server's log; "
                "the next run goes on from what is kept",
                after=0.0,
            ) from error

    def _slow(self, address: str) -> "_Failed":
        # Where there is no other server, a slow one is not asked the same again.
        return _Failed(
            f"{address} did not answer within {self.timeout:.0f} s; "
            "ask for fewer tokens, or wait until it is less busy",
            after=0.0 if len(self.addresses) > 1 else None,
        )


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, so that nothing but the address that was named is asked."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)
# Bytes of one reply: with five alternatives a token, a long one has some ten million.
_LARGEST = 2**26


class _Failed(ProbeError):
    """A call failed; it may be tried again `after` so many seconds, unless that is None."""

    def __init__(self, message: str, after: float | None) -> None:
        super().__init__(message)
        self.after = after


def _passing(error: Exception) -> float | None:
    return error.after if isinstance(error, _Failed) else None


def _after(error: urllib.error.HTTPError) -> float:
    """Return the seconds that a busy server asks to wait; a date counts as none."""
    said = str(error.headers.get("Retry-After", ""))
    return float(said) if said.isascii() and said.isdigit() else 0.0


# The codes of a server that is too busy, or behind a gateway that cannot reach it now.
_BUSY = frozenset((429, 502, 503, 504))


def open_server(
    address: str, model: str, *, timeout: float = 120.0, at_once: int = AT_ONCE
) -> ServerBackend:
    """Return a served model as a backend.

    Args:
        address: the server's address, such as `http://localhost:8000/v1`, or several, separated by commas.
        model: the name under which the servers know the model.
        timeout: seconds to wait for one continuation.
        at_once: requests that each server is sent at a time.

    Raises:
        UsageError: an address is no http or https address.
    """
    named = addresses(address) or [address]
    for each in named:
        if not _is_web(each):
            raise UsageError(
                f"{each!r} is no server address; one looks like http://localhost:8000/v1"
            )
    each_once = tuple(dict.fromkeys(each.rstrip("/") for each in named))
    return ServerBackend(addresses=each_once, model=model, timeout=timeout, at_once=at_once)


def _is_web(address: str) -> bool:
    try:
        parts = urllib.parse.urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _read(choice: Any, usage: Any, request: Request) -> Continuation:
    """Return what the server sent, cut where the answer is complete, as the local engine would stop."""
    text = str(choice["text"])
    told = choice.get("logprobs") or {}
    pieces = [str(piece) for piece in told.get("tokens") or ()]
    logprobs = told.get("token_logprobs") or []
    generated = int(usage.get("completion_tokens") or len(pieces) or len(text.split()))
    finish: Finish = "length" if choice.get("finish_reason") == "length" else "end"
    # Pieces are trusted only if they join to the text: some servers leave out or escape bytes.
    if not pieces or len(logprobs) != len(pieces) or "".join(pieces)[: len(text)] != text:
        whole, found = _cut(text, list(text), request)
        return Continuation(text=whole, finish=found or finish, generated=generated)
    whole, found = _cut(text, pieces, request)
    ends: list[int] = []
    for piece in pieces:
        if (ends[-1] if ends else 0) >= len(whole):
            break
        ends.append(min((ends[-1] if ends else 0) + len(piece), len(whole)))
    top = [list((row or {}).values()) for row in told.get("top_logprobs") or []][: len(ends)]
    complete = len(top) == len(ends) and all(top)
    return Continuation(
        text=whole,
        finish=found or finish,
        generated=len(ends) if found else generated,
        ends=tuple(ends),
        logprobs=tuple(float(value) for value in logprobs[: len(ends)]),
        confidences=tuple(-sum(row) / len(row) for row in top) if complete else (),
    )


def _cut(text: str, pieces: Sequence[str], request: Request) -> tuple[str, Finish | None]:
    written = ""
    for piece in pieces:
        written += piece
        found = finished(piece, written, request.lead, request.decoding)
        if found:
            return written[: len(text)], found
    return text, None
