"""Each error is told in one line with a remedy, and has an exit code."""

from assistant.printable import printable


class InquiryError(Exception):
    """A failure that a reader can understand; `str()` is one line: what failed, where, and what would help."""

    exit_code = 3

    def __init__(self, message: str) -> None:
        super().__init__(printable(" ".join(message.split())))


class UsageError(InquiryError):
    """The call itself is wrong: an unknown key, an empty question, an impossible option."""

    exit_code = 2


class Mendable(InquiryError):
    """The reader can solve the problem on this machine: a missing file, a full disk, a lock."""


class Refused(InquiryError):
    """A file cannot be read into the library; the other files are still read."""


class NegativeResult(InquiryError):
    """The answer is no, or a check failed."""

    exit_code = 1


class Stopped(InquiryError):
    """The reader stopped the work."""

    exit_code = 130
