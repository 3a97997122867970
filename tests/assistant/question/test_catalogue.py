"""A question names sources by author, title, key, identifier and year, and by nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.catalogue import Entry, named_sources

SOURCES = (
    Entry("mirage", "Are emergent abilities a property of the metric?", ("Rylan Schaeffer", "Brando Miranda"), 2023,
          "Are Emergent Abilities of Large Language Models a Mirage?", ("2304.15004", "10.48550/arXiv.2304.15004")),
    Entry("sae", "Can sparse features be recovered?", ("Hoagy Cunningham", "Lee Sharkey"), 2023),
    Entry("ib", "Does training compress?", ("Ravid Shwartz-Ziv", "Naftali Tishby"), 2017),
    Entry("ib-2019", "Deep learning and the bottleneck", ("Tishby, Naftali",), 2019),
    Entry("fire", "On fire", ("Émilie du Châtelet",), 1739),
    Entry("long", "How long chains of thought help", ("Wei Long",), 2024),
    Entry("layer-by-layer", "Middle layers", (), 2025, "Layer by Layer: Uncovering Hidden Representations"),
    Entry("zhang", "On rice", ("张伟",), 2020),
)  # fmt: skip


def named(question):
    return [(source.key, source.why) for source in named_sources(question, SOURCES)]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("papers by Rylan Schaeffer", [("mirage", "author")]),
        ("papers by rylan schaeffer", [("mirage", "author")]),
        ("what does schaeffer et al. say", [("mirage", "author")]),
        ("the Anthropic paper by Cunningham et al., right?", [("sae", "author")]),
        ("by cunningham and sharkey", [("sae", "author")]),
        ("the 2019 paper by Tishby", [("ib-2019", "author")]),
        ("the 2012 paper by Tishby", [("ib", "author"), ("ib-2019", "author")]),
        ("what Shwartz-Ziv and Tishby saw", [("ib", "author"), ("ib-2019", "author")]),
        ("tishby", [("ib", "author"), ("ib-2019", "author")]),
        ("papers by Emilie du Chatelet", [("fire", "author")]),
        ("Who cites CHÂTELET?", [("fire", "author")]),
        ("papers from 2017", [("ib", "year")]),
        ("arXiv:2304.15004v2", [("mirage", "identifier")]),
        ("see https://doi.org/10.48550/arXiv.2304.15004", [("mirage", "identifier")]),
        ("does the code of the Layer by Layer paper agree", [("layer-by-layer", "key")]),
        ("so emergence was debunked by the mirage paper", [("mirage", "key")]),
        ("who says that the emergent abilities of large language models are no more than that?", []),
        ("Are emergent abilities a property of the metric or of models?", [("mirage", "title")]),
        ("张伟的论文", [("zhang", "author")]),
    ],
)  # fmt: skip
def test_a_source_is_named_by_its_record(question, found):
    assert named(question) == found


@pytest.mark.parametrize(
    "question",
    [
        "Chains that are longer help?",
        "by 2017 it was cold",
        "what lee side is it",
        "",
        "???",
        "12304.150041",
    ],
)
def test_ordinary_words_and_bare_numbers_name_nothing(question):
    assert named(question) == []


def test_a_family_name_that_titles_use_as_a_word_opens_a_sentence_without_naming():
    sources = [Entry("a", "How long chains help", ("Wei Long",)), Entry("b", "Other", ("Xu Long",))]
    assert named_sources("Long chains help, or do they?", sources) == ()
    assert len(named_sources("what did Long find?", sources)) == 2


@given(st.text(max_size=300))
def test_looking_never_fails_and_names_each_source_once(question):
    keys = [source.key for source in named_sources(question, SOURCES)]
    assert len(keys) == len(set(keys)) <= len(SOURCES)


@given(st.sampled_from(SOURCES))
def test_every_source_is_found_by_its_key_and_its_authors(entry):
    assert entry.key in {source.key for source in named_sources(f"see {entry.key}", SOURCES)}
    for author in entry.authors:
        assert entry.key in {source.key for source in named_sources(f"papers by {author}", SOURCES)}


def test_a_thousand_sources_and_a_long_question_are_looked_through():
    sources = [
        Entry(f"k{i}", f"Study number {i} of nature: a report", (f"Ann Author{i}",))
        for i in range(1000)
    ]
    assert [s.key for s in named_sources("by Author77 " + "x " * 9_000, sources)] == ["k77"]
