"""While a page is made its library does not change: each source is read once, as it was at the start."""

from assistant import Assistant
from assistant.library.still import Still


def test_what_comes_meanwhile_is_not_seen_and_what_is_read_is_the_same(own_library, own_corpus):
    library = Assistant.open(own_library, corpus_dir=own_corpus).library
    still = Still(library)
    before = library.sources()
    assert still.sources() == before
    assert still.sources("note") == library.sources("note")
    still.sources().clear()
    library.remove(["logit-lens"])
    assert still.sources() == before
    assert Still(library).sources() == library.sources() != before
