"""A filter leaves exactly the passages that satisfy it, before anything is ranked."""

import pytest

from assistant import Assistant
from assistant.errors import UsageError
from assistant.search.filtering import allowed
from assistant.search.query import Filters, parse
from assistant.text.prose import stems

WORDS = "What do layers and reasoning paths show of accuracy"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory, small_corpus):
    folder = tmp_path_factory.mktemp("tagged")
    (folder / "tagged.md").write_text(
        "---\nkey: tagged\ntitle: Depth of layers\nyear: 2023\ntags: [Depth, pruning]\n---\n"
        "Layers in the\nmiddle can be pruned.\n\n## Facts\n- Pruned layers cost little accuracy.\n"
    )
    assistant = Assistant.open(tmp_path_factory.mktemp("data"), corpus_dir=small_corpus)
    assistant.add([folder / "tagged.md"])
    return assistant


def found(assistant, filters, k=50):
    return [hit.passage for hit in assistant.search(f"{WORDS} {filters}", k)]


def keys(assistant, filters):
    return {passage.source for passage in found(assistant, filters)}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("source:logit-lens", {"logit-lens"}),
        ("source:logit-lens source:tagged", {"logit-lens", "tagged"}),
        ("year:2020", {"logit-lens"}),
        ("year:2020-2022", {"logit-lens", "self-consistency"}),
        ("year:>=2024", {"middle-layers", "hostile"}),
        ("year:<2022", {"logit-lens"}),
        ("year:1999", set()),
        ("kind:paper", set()),
        ("tag:depth", {"tagged"}),
        ("tag:PRUNING year:2023 kind:note", {"tagged"}),
        ("tag:depth year:2020", set()),
        ('"layers in the middle"', {"tagged"}),
        ('"LOGIT lens."', {"logit-lens"}),
        ('"prompt injections"', {"hostile"}),
        ('"layers in middle"', set()),
        ('"ogit lens"', set()),
        ('"pruned"', {"tagged"}),
        ("+pruned", {"tagged"}),
        ("+grokking", set()),
        ('+"grokking"', set()),
    ],
)
def test_only_what_satisfies_the_filter_is_found(assistant, filters, expected):
    assert keys(assistant, filters) == expected


def test_a_single_quoted_word_that_nothing_holds_restricts_nothing_and_is_named(assistant):
    assert keys(assistant, '"grokking"') == keys(assistant, "")
    assert keys(assistant, '"grokking" year:2020') == {"logit-lens"}
    assert keys(assistant, '"pruned" year:2020') == {"logit-lens"}
    assert assistant.unheld('layers "grokking" "pruned" "no such phrase"') == (
        "no such phrase", "grokking",
    )  # fmt: skip
    assert assistant.unheld('layers "pruned" year:2020') == ("pruned",)
    answer = assistant.ask('Does a majority vote "grokking" beat one greedy path?')
    assert answer.sources
    assert answer.notices == ("No passage holds “grokking”; the answer is not restricted to it.",)
    strict = assistant.ask("Does a majority vote +grokking beat one greedy path?")
    assert strict.coverage == "absent"
    assert strict.notices == ("No passage holds “grokking”, which was asked for.",)


def test_a_phrase_holds_in_the_passage_or_its_title(assistant):
    titles = {source.key: source.title for source in assistant.library.sources()}
    for passage in found(assistant, '"majority vote"'):
        text = f"{titles[passage.source]} {passage.text}"
        assert "majority vote" in " ".join(text.lower().split())


def test_excluded_words_are_excluded_by_their_stems(assistant):
    with_it = [p for p in found(assistant, "") if "layer" in stems(p.text)]
    assert with_it
    assert all("layer" not in stems(p.text) for p in found(assistant, "-layered"))
    assert found(assistant, "-nosuchword") == found(assistant, "")


def test_a_narrow_filter_is_applied_before_the_cut(assistant):
    assert found(assistant, "source:hostile", 1)[0].source == "hostile"


@pytest.mark.parametrize("filters", ["source:logit-lens", "year:>2021", "-layer", '"layer"'])
def test_the_filtered_scores_of_words_and_vectors_are_the_unfiltered_ones(assistant, filters):
    library, index = assistant.library, assistant.index()
    mask = allowed(library, index, parse(filters).filters)
    vector, everything = assistant.embedder.question(WORDS), len(index)
    kept = {id for id, keep in zip(index.ids, mask, strict=True) if keep}
    words = [hit for hit in index.lexical(WORDS, everything) if hit.passage in kept]
    assert index.lexical(WORDS, everything, mask) == words
    near = {hit.passage: hit.score for hit in index.dense(vector, everything)}
    exact = index.dense(vector, everything, mask)
    assert {hit.passage for hit in exact} == kept
    assert all(hit.score == pytest.approx(near[hit.passage], abs=2e-3) for hit in exact)


def test_filters_reach_the_retriever_and_the_answer(assistant):
    nodes = assistant.retriever(20).retrieve(f"{WORDS} source:self-consistency")
    assert {node.node.metadata["source"] for node in nodes} == {"self-consistency"}
    question = "Does a majority vote beat one greedy path? source:self-consistency"
    answer = assistant.ask(question)
    assert answer.question == question
    assert {source.key for source in answer.sources} == {"self-consistency"}
    assert assistant.ask(question.replace("source:self-consistency", "kind:paper")).coverage == (
        "absent"
    )


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ("source:logit-lenz", "did you mean logit-lens"),
        ("source:zzz", "there are hostile, logit-lens"),
        ("kind:book", "the kinds are note, paper, evidence"),
        ("tag:pruned", "did you mean pruning"),
        ("year:soon", "write year:2024"),
        ("year:2020-", "write year:2024"),
    ],
)
def test_an_unknown_value_is_refused_in_one_line(assistant, filters, said):
    with pytest.raises(UsageError, match=said) as caught:
        found(assistant, filters)
    assert "\n" not in str(caught.value)


def test_filters_without_words_are_refused(assistant):
    with pytest.raises(UsageError, match="only filters"):
        assistant.search("source:logit-lens")


def test_no_filters_allow_everything(assistant):
    assert allowed(assistant.library, assistant.index(), Filters()).all()
