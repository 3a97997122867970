"""What the tests of the index ask, and what a library finds."""

QUESTION = "Do middle layers give better features than the last layer?"


def found(assistant):
    """The passages that a library finds, with their scores."""
    return [(hit.passage.id, hit.score) for hit in assistant.search(QUESTION, 20)]


def generation(assistant):
    """The folder of the present index."""
    return assistant.data_dir / "indexes" / assistant.library.fact("index")
