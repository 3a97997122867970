"""What a reader teaches his library: which sentences answer a question, help with it, or mislead."""

import difflib

from assistant.answering.parts import Parts
from assistant.errors import UsageError
from assistant.library import marks
from assistant.library.marks import Mark
from assistant.types import Grade, Source


class Teaching(Parts):
    """The reader's marks on sentences; the next question that is like a marked one is answered with them."""

    def mark(self, question: str, source: str, sentence: str, grade: str) -> Mark:
        """Say what a sentence of a source is for a question; a later word on it takes the place of the earlier.

        Args:
            question: In words; filters in it are left out.
            source: The key of the source.
            sentence: As it stands in the source, line breaks aside.
            grade: "answers", "helps", or "misleads" for one that does not help.

        Raises:
            UsageError: the question cannot be asked, the key or the grade is unknown, or the source does not say that.
        """
        from assistant.answering.answer import checked_query

        asked = checked_query(question).text
        return marks.put(self.library, asked, self.source(source), sentence, grade)

    def unmark(self, question: str, source: str, sentence: str) -> None:
        """Take a mark back.

        Raises:
            UsageError: there is none.
        """
        from assistant.answering.answer import checked_query

        marks.take_back(self.library, checked_query(question).text, source, sentence)

    def said(self, question: str, source: str, sentence: str) -> Grade | None:
        """Return what the reader said of a sentence, on one line, for a question; None where nothing."""
        from assistant.answering.answer import checked_query

        return marks.grade_of(self.library, checked_query(question).text, source, sentence)

    def marks(self) -> list[Mark]:
        """Return what the reader said of sentences, the first marked one first."""
        return marks.marks(self.library)

    def source(self, key: str, *, words: bool = False) -> Source:
        """Return the source under `key`.

        Raises:
            UsageError: there is none; close keys are named.
        """
        found = self.library.get(key, words=words)
        if found is None:
            raise UsageError(f"There is no source {key!r}{_close(key, self.library.keys())}")
        return found


def _close(key: str, keys: set[str]) -> str:
    close = difflib.get_close_matches(key, sorted(keys), n=3)
    return f"; did you mean {' or '.join(close)}?" if close else "; `inquire search` finds keys."
