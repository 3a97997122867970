"""Failures of experiments that a reader can understand; they load nothing."""


class ProbeError(Exception):
    """A failure that the reader can understand; `str()` is one line: what failed, where, and what would help."""

    exit_code = 3

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


class UsageError(ProbeError):
    """The call itself is wrong: a probe, parameter, value, job or evidence id is unknown."""

    exit_code = 2
