"""How far a piece of work is, for those who wait for it: what is being done, and a share that never falls."""

from dataclasses import dataclass


@dataclass
class Progress:
    """A piece of work, told as it goes; several parts of a page read it while another thread does it."""

    message: str
    fraction: float = 0.0

    def tell(self, message: str, fraction: float) -> None:
        """Note what is being done now and the share of the whole that is done; it does not fall below the last."""
        self.message = message
        self.fraction = min(1.0, max(self.fraction, fraction))

    def read(self, message: str, fraction: float) -> None:
        """Note how far the reading and indexing of a library is, in a reader's words for it."""
        self.tell(
            "Reading the list" if message.startswith("reading") else "Indexing the list", fraction
        )

    def __str__(self) -> str:
        return f"{self.message}… {self.fraction:.0%}"
