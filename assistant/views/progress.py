"""Report the progress of a piece of work: a line about it, and a share that never falls."""

from dataclasses import dataclass


@dataclass
class Progress:
    """The progress of a piece of work; several parts of a page read it while another thread works."""

    message: str
    fraction: float = 0.0

    def tell(self, message: str, fraction: float) -> None:
        """Note the present step and the share that is done, which never falls."""
        self.message = message
        self.fraction = min(1.0, max(self.fraction, fraction))

    def read(self, message: str, fraction: float) -> None:
        """Note the progress of reading and indexing a library, in a reader's words."""
        self.tell(
            "Reading the list" if message.startswith("reading") else "Indexing the list", fraction
        )

    def __str__(self) -> str:
        return f"{self.message}… {self.fraction:.0%}"
