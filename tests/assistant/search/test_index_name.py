"""The hash of an index follows the content and the embedding model, and nothing else."""

from assistant import Assistant
from assistant.search.index_name import index_hash


def test_the_content_and_the_model_decide_the_hash(assistant, own_corpus, small_library):
    library = assistant.library
    before = index_hash(library, "a model", 200)
    assert before == index_hash(Assistant.open(small_library).library, "a model", 200)
    assert len(before) == 16
    assert before not in {index_hash(library, "another", 200), index_hash(library, "a model", 100)}
    note = own_corpus / "logit-lens.md"
    note.write_text(note.read_text("utf-8") + "\n- It is new.\n", "utf-8")
    assistant.sync()
    assert index_hash(library, "a model", 200) != before
