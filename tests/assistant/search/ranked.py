"""What the tests of the index ask, and what a library finds."""

from assistant.search.retrieval import search

QUESTION = "Do middle layers give better features than the last layer?"


def found(assistant):
    """The passages that an index finds, with their scores, before anything orders them anew."""
    parts = assistant.library, assistant.index(), assistant.embedder
    return [(item.passage.id, item.score) for item in search(*parts, QUESTION, 20).found]


def generation(assistant):
    """The folder of the present index."""
    return assistant.data_dir / "indexes" / assistant.library.fact("index")
