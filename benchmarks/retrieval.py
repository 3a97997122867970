"""Measure retrieval on SciFact's dev claims and the public inquiring lines, beside its baselines.

    python benchmarks/retrieval.py ../shared [FOLDER]

The 5,183 abstracts become the notes of a library in FOLDER, kept between runs (embedding them takes about ten minutes
of one core), or in a temporary folder. A document's rank is that of its best passage. Rationale sentences are ranked
within the abstract that the claim's evidence is in, as the answer ranks them; hit@k has two forms: over pairs of claim
and abstract (any of its rationale sentences), and over all rationales of all pairs, where one sentence cannot hit two
(at most .618 at k = 1). In the open form the first sentence is chosen among the ten abstracts found. BM25 ranks every
sentence; an answer ranks only those that can be quoted alone ("These results show ..." cannot). Times are CPU time on
one thread.
"""

import ast
import csv
import json
import math
import os
import re
import sys
import tempfile
import time
import zipfile
from io import StringIO
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import yaml

from assistant import Assistant
from assistant.answering.matter import matter
from assistant.search.query import Filters
from assistant.search.retrieval import fuse, search
from assistant.text.prose import stems

DEPTH = 100


def main() -> None:
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    archive = shared / "eval" / "scifact" / "scifact.zip"
    if not archive.is_file():
        sys.exit(f"{archive} is not there; name the folder that holds eval/ as the argument.")
    corpus, claims = read(archive)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else temporary)
        library = scifact_library(folder, corpus)
        documents(library, claims)
        rationales(library, claims, corpus)
        lines(Path(temporary) / "lines", shared)


def documents(library, claims) -> None:
    print(f"SciFact dev, {len(claims)} claims, {len(library.library.keys())} abstracts")
    print(f"{'':28} nDCG@10  recall@10  CPU-ms a question")
    for name, rank in rankings(library).items():
        rank(claims[0]["claim"])
        begun = time.process_time()
        found = [rank(claim["claim"]) for claim in claims]
        cost = 1000 * (time.process_time() - begun) / len(claims)
        pairs = list(zip(found, claims, strict=True))
        gain = mean(ndcg(keys, claim["relevant"]) for keys, claim in pairs)
        recall = mean(
            len(set(keys[:10]) & claim["relevant"]) / len(claim["relevant"])
            for keys, claim in pairs
        )
        print(f"{name:28} {gain:7.4f} {recall:10.3f} {cost:18.1f}")


def rankings(library):
    """Return functions by name, each from a question to keys of sources, best first."""
    index, encoder = library.index(), library.embedder

    def lexical(question):
        return index.lexical(question, DEPTH)

    def dense(question):
        return index.dense(encoder.question(question), DEPTH)

    def keys(ids):
        return list(dict.fromkeys(id.rpartition(":")[0] for id in ids))

    return {
        "BM25": lambda q: keys(hit.passage for hit in lexical(q)),
        "MiniLM": lambda q: keys(hit.passage for hit in dense(q)),
        "fusion by rank, k = 60": lambda q: keys(by_rank(lexical(q), dense(q))),
        "fusion by score": lambda q: keys(hit.passage for hit in fuse(lexical(q), dense(q))),
        "inquire search": lambda q: keys(hit.passage.id for hit in library.search(q, DEPTH)),
    }


def by_rank(*rankings, k=60):
    """Join rankings by reciprocal rank fusion."""
    scores = {}
    for ranking in rankings:
        for rank, hit in enumerate(ranking, 1):
            scores[hit.passage] = scores.get(hit.passage, 0.0) + 1 / (k + rank)
    return sorted(scores, key=lambda id: (-scores[id], id))


def rationales(library, claims, corpus) -> None:
    scores = {
        "cosine": lambda quote: quote.cosine,
        "selector, helps": lambda quote: quote.helps,
        "selector, answers": lambda quote: quote.answers,
    }
    told = {name: Hits() for name in ("BM25, all sentences", *scores)}
    words = sentence_words(corpus)
    for claim in (claim for claim in claims if claim["evidence"]):
        asked, evidence = claim["claim"], claim["evidence"]
        within = {key: quotes(library, asked, Filters(source=(key,))) for key in evidence}
        anywhere = quotes(library, asked, Filters())
        in_abstract, first = words(asked)
        told["BM25, all sentences"].count(
            evidence, {key: [{n} for n in in_abstract(key)] for key in evidence}, first
        )
        for name, score in scores.items():
            ranked = {
                key: [numbers(quote, library, corpus) for quote in best_first(found, score)]
                for key, found in within.items()
            }
            best = next(iter(best_first(anywhere, score)), None)
            place = (best.source, numbers(best, library, corpus)) if best else ("", set())
            told[name].count(evidence, ranked, place)
    print("\nrationale sentences       pair@1    pair@3  rationale@1  open@1")
    for name, hits in told.items():
        print(f"{name:24} " + "  ".join(f"{mean(row):8.3f}" for row in hits.rows))


class Hits:
    """Counts of the chosen sentences that decide the claim, in the forms that the file's docstring describes."""

    def __init__(self):
        self.rows = [], [], [], []

    def count(self, evidence, ranked, first):
        """Count one claim."""
        pair_1, pair_3, rationale, opened = self.rows
        for key, sets in evidence.items():
            right = set().union(*sets)
            pair_1.append(any(hit & right for hit in ranked[key][:1]))
            pair_3.append(any(hit & right for hit in ranked[key][:3]))
            rationale += [any(hit & one for hit in ranked[key][:1]) for one in sets]
        source, hit = first
        opened.append(bool(hit & set().union(*evidence.get(source, [set()]))))


def best_first(found, score):
    return sorted(found, key=lambda quote: (-score(quote), quote.source, quote.start))


def quotes(library, question, filters):
    """Return the quotes that an answer to a question can choose from."""
    found = search(
        library.library, library.index(), library.embedder, question, DEPTH, filters=filters
    )
    return matter(library.desk(), question, found).quotes


def sentence_words(corpus):
    """Rank all sentences by BM25; return for a claim the numbers of an abstract's, best first, and the best of all."""
    import bm25s

    places = [(key, number) for key, (_, said) in corpus.items() for number in range(len(said))]
    rows = {}
    for row, (key, _) in enumerate(places):
        rows.setdefault(key, []).append(row)
    texts = [stems(sentence) for _, said in corpus.values() for sentence in said]
    vocabulary = {term: at for at, term in enumerate(sorted(set().union(*texts)))}
    bm25 = bm25s.BM25(k1=1.2, b=0.75)
    ids = [[vocabulary[term] for term in text] for text in texts]
    bm25.index((ids, vocabulary), show_progress=False)

    def ranked(claim):
        terms = [vocabulary[term] for term in dict.fromkeys(stems(claim)) if term in vocabulary]
        scores = bm25.get_scores_from_ids(terms)
        key, number = places[int(scores.argmax())]

        def within(key):
            return [places[row][1] for row in sorted(rows[key], key=lambda row: -scores[row])]

        return within, (key, {number})

    return ranked


def numbers(quote, library, corpus):
    """Return the numbers of the abstract's sentences that share with a quote more than half of the shorter one."""
    text, said = library.library.get(quote.source).text, corpus[quote.source][1]
    found, at = set(), 0
    for number, sentence in enumerate(said):
        start = text.find(sentence, at)
        if start < 0:
            continue
        at = start + len(sentence)
        common = min(at, quote.end) - max(start, quote.start)
        if common > 0.5 * min(len(sentence), quote.end - quote.start):
            found.add(number)
    return found


def lines(folder, shared) -> None:
    cases = json.loads((shared / "facts" / "inquiring_lines_public.json").read_text("utf-8"))
    library = Assistant.open(folder)
    print(f"\n{len(cases)} public inquiring lines: share of must-cite notes in the first 5 / 10")
    for name, rank in rankings(library).items():
        found = [(rank(case["question"]), set(case["must_cite"])) for case in cases]
        shares = [mean(len(set(keys[:k]) & must) / len(must) for keys, must in found) for k in (5, 10)]  # fmt: skip
        print(f"{name:28} {shares[0]:.3f} / {shares[1]:.3f}")


def scifact_library(folder, corpus) -> Assistant:
    notes = folder / "documents"
    if not notes.is_dir():
        notes.mkdir(parents=True)
        for key, (title, said) in corpus.items():
            front = yaml.safe_dump({"key": key, "title": title}, width=2**20)
            (notes / f"{key}.md").write_text(f"---\n{front}---\n\n{' '.join(said)}\n", "utf-8")
    library = Assistant.open(folder, corpus_dir=None, threads=1)
    if str(notes) not in library.library.roots():
        library.add([notes])
    return library


def read(archive):
    """Return abstracts by key (title and sentences), and the dev claims with their relevant and deciding sentences."""
    csv.field_size_limit(10**9)
    with zipfile.ZipFile(archive) as zipped:
        named = {Path(name).name: zipped.read(name).decode() for name in zipped.namelist()}
    corpus = {
        row["doc_id"]: (row["title"], [" ".join(said.split()) for said in literals(row["abstract"])])
        for row in csv.DictReader(StringIO(named["corpus_train.csv"], newline=""))
    }  # fmt: skip
    claims = {}
    for row in csv.DictReader(StringIO(named["claims_validation.csv"], newline="")):
        claim = claims.setdefault(
            row["id"], {"claim": row["claim"], "relevant": set(), "evidence": {}}
        )
        claim["relevant"] |= set(re.findall(r"\d+", row["cited_doc_ids"]))
        if key := row["evidence_doc_id"]:
            one = {int(number) for number in re.findall(r"\d+", row["evidence_sentences"])}
            claim["evidence"].setdefault(key, []).append(one)
    return corpus, list(claims.values())


def literals(printed):
    """Return the strings in a printed NumPy array of strings."""
    form = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
    return [ast.literal_eval(found) for found in form.findall(printed)]


def ndcg(keys, relevant, k=10) -> float:
    gain = sum(1 / math.log2(rank + 2) for rank, key in enumerate(keys[:k]) if key in relevant)
    return gain / sum(1 / math.log2(rank + 2) for rank in range(min(k, len(relevant))))


def mean(values) -> float:
    values = list(values)
    return sum(values) / len(values)


if __name__ == "__main__":
    main()
