from assistant.settings import Settings


def test_the_corpus_can_be_left_out():
    assert Settings(corpus_dir="none").corpus_dir is None
