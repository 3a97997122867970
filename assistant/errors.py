"""What can go wrong, said in one line with the remedy, and the exit code that goes with it."""

from assistant.text.printable import printable


class InquiryError(Exception):
    """A failure a reader can understand; `str()` is one line that prints: what, where, what would do."""

    exit_code = 3

    def __init__(self, message: str) -> None:
        super().__init__(printable(" ".join(message.split())))


class UsageError(InquiryError):
    """The call itself is wrong: an unknown key, an empty question, an impossible option."""

    exit_code = 2


class Mendable(InquiryError):
    """Something on this machine that the reader can mend: a missing file, a full disk, a lock."""


class Refused(InquiryError):
    """A file that cannot be read into the library; the other files go on."""


class NegativeResult(InquiryError):
    """The answer is no, or a check failed."""

    exit_code = 1


class Stopped(InquiryError):
    """The reader stopped what was being done."""

    exit_code = 130
