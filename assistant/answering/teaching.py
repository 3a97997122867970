"""A reader teaches the library which sentences answer a question, help with it, or mislead."""

import difflib

from assistant import answering
from assistant.answering.parts import Parts
from assistant.errors import UsageError
from assistant.library import marks
from assistant.library.marks import Mark
from assistant.types import Grade, Source


class Teaching(Parts):
    """Teaching keeps the reader's marks on sentences; the next similar question is answered with them."""

    def mark(self, question: str, source: str, sentence: str, grade: str) -> Mark:
        """Mark a sentence of a source for a question; a later mark replaces an earlier one.

        Args:
            question: The question in words; its filters are ignored.
            source: The key of the source.
            sentence: The sentence as it stands in the source; line breaks do not matter.
            grade: "answers", "helps", or "misleads" for a sentence that does not help.

        Raises:
            UsageError: the question cannot be asked, the key or the grade is unknown, or the source
                does not contain the sentence.
        """
        asked = answering.answer.checked_query(question).text
        return marks.put(self.library, asked, self.source(source), sentence, grade)

    def unmark(self, question: str, source: str, sentence: str) -> None:
        """Take a mark back.

        Raises:
            UsageError: there is no such mark.
        """
        marks.take_back(
            self.library, answering.answer.checked_query(question).text, source, sentence
        )

    def said(self, question: str, source: str, sentence: str) -> Grade | None:
        """Return the reader's mark on a sentence (on one line) for a question, or None if there is none."""
        return marks.grade_of(
            self.library, answering.answer.checked_query(question).text, source, sentence
        )

    def marks(self) -> list[Mark]:
        """Return the reader's marks on sentences, oldest first."""
        return marks.marks(self.library)

    def source(self, key: str, *, words: bool = False) -> Source:
        """Return the source under `key`.

        Raises:
            UsageError: there is no such source; the message names similar keys.
        """
        found = self.library.get(key, words=words)
        if found is None:
            raise UsageError(f"There is no source {key!r}{_close(key, self.library.keys())}")
        return found


def _close(key: str, keys: set[str]) -> str:
    close = difflib.get_close_matches(key, sorted(keys), n=3)
    return f"; did you mean {' or '.join(close)}?" if close else "; `inquire search` finds keys."
