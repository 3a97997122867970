"""The documents of a set get a library of their own, made once."""

from assistant.evaluation.cases import SetDocument
from assistant.evaluation.closed import opened, opened_files


def quiet(_message, _share):
    pass


def test_a_set_without_documents_asks_the_readers_own_library(reader):
    assert opened(reader, "mine", (), quiet) is reader


def test_documents_are_alone_in_their_library_which_is_found_again(reader):
    documents = [SetDocument(key="whales", title="Do whales sing?", text="Whales sing at night.")]
    closed = opened(reader, "sea", documents, quiet)
    assert [source.key for source in closed.library.sources()] == ["whales"]
    assert "whales" not in [source.key for source in reader.library.sources()]
    again = opened(reader, "sea", documents, quiet)
    assert again.data_dir == closed.data_dir
    other = [SetDocument(key="whales", title="Do whales sing?", text="Whales sing by day.")]
    assert opened(reader, "sea", other, quiet).data_dir != closed.data_dir


def test_files_are_copied_so_that_the_originals_may_go(reader, tmp_path):
    file = tmp_path / "bees.md"
    file.write_text("# Bees\n\nBees dance.\n", "utf-8")
    closed = opened_files(reader, "files", [file], quiet)
    file.unlink()
    (source,) = closed.library.sources()
    assert "Bees dance." in source.text
