"""What a hostile writer makes of real quotes, and what an honest one does: seeded, family by family.

Every attack changes what a sentence says; every honest edit does not. An attack or edit returns
None where a sentence gives it no hold. Nothing here looks at the gate's own word lists.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.text import blocks, sentences

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


@dataclass(frozen=True)
class Quoted:
    """A sentence of a bundled note and where it stands in the note's stored text."""

    source: str
    stored: str
    quote: str
    start: int
    end: int

    @property
    def plain(self) -> str:
        """The quote on one line."""
        return " ".join(self.quote.split())


@dataclass(frozen=True)
class Planted:
    """A sentence that a writer proposes for a quote, and the family it is of."""

    family: str
    text: str
    cited: Quoted


def corpus() -> list[Quoted]:
    """Every sentence of the bundled notes."""
    found = []
    for path in sorted(CORPUS.glob("*.md")):
        text = path.read_text("utf-8").split("\n---\n", 1)[1]
        for block in blocks(text):
            if block.kind != "heading":
                spans = sentences(text, block.span.start, block.span.end)
                found.extend(Quoted(path.stem, text, s.of(text), s.start, s.end) for s in spans)
    return found


Edit = Callable[[str, random.Random, Sequence[Quoted]], str | None]


def lies(quotes: Sequence[Quoted], count: int, seed: int) -> list[Planted]:
    """`count` unfaithful sentences, the families in turn as long as they find a hold."""
    return _planted(ATTACKS, quotes, count, seed)


def honest(quotes: Sequence[Quoted], count: int, seed: int) -> list[Planted]:
    """`count` faithful sentences, the families in turn as long as they find a hold."""
    return _planted(EDITS, quotes, count, seed)


def _planted(
    families: Sequence[Edit], quotes: Sequence[Quoted], count: int, seed: int
) -> list[Planted]:
    streams = {edit.__name__: _stream(edit, quotes, seed) for edit in families}
    found: list[Planted] = []
    while streams and len(found) < count:
        for name in list(streams):
            planted = next(streams[name], None)
            if planted is None:
                del streams[name]
            elif len(found) < count:
                found.append(planted)
    return found


def _stream(edit: Edit, quotes: Sequence[Quoted], seed: int) -> Iterator[Planted]:
    rng = random.Random(f"{seed} {edit.__name__}")
    for cited in rng.sample(list(quotes), len(quotes)):
        text = edit(cited.plain, rng, quotes)
        if text and (edit in UNCHANGED or _bare(text) != _bare(cited.plain)):
            yield Planted(edit.__name__, text, cited)


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _replaced(text: str, pairs: Sequence[tuple[str, str]], rng: random.Random) -> str | None:
    """The text with one word of a pair put for the other, one of those that occur."""
    hits = [
        (match, other)
        for one, other in pairs
        for match in re.finditer(rf"(?<![\w-]){re.escape(one)}(?![\w-])", text)
    ]
    if not hits:
        return None
    match, other = rng.choice(hits)
    return _upper(text[: match.start()] + other + text[match.end() :])


def _both(pairs: str) -> list[tuple[str, str]]:
    rows = [tuple(row.strip().split("/")) for row in pairs.split(",")]
    return [*rows, *((other, one) for one, other in rows)]


def _one_way(pairs: str) -> list[tuple[str, str]]:
    return [tuple(row.strip().split("/")) for row in pairs.split(",")]  # type: ignore[misc]


# ── attacks ──────────────────────────────────────────────────────────────────────────────────────


def number_changed(text, rng, quotes):
    found = list(re.finditer(r"(?<![\w.])\d+(?:\.\d+)?(?![\d.]*\w)", text))
    if not found:
        return None
    match = rng.choice(found)
    value = float(match.group()) + rng.choice([1, 2, 7, 20])
    shown = f"{value:.1f}" if "." in match.group() else str(int(value))
    return text[: match.start()] + shown + text[match.end() :]


def number_words_changed(text, rng, quotes):
    words = "two three four five six seven eight nine ten".split()
    return _replaced(text, [(w, words[(i + 3) % 9]) for i, w in enumerate(words)], rng)


def numbers_swapped(text, rng, quotes):
    found = list(re.finditer(r"(?<![\w.])\d+(?:\.\d+)?(?=[%\s,;)]|\.$)", text))
    pairs = [
        (a, b) for i, a in enumerate(found) for b in found[i + 1 :] if float(a[0]) != float(b[0])
    ]
    if not pairs:
        return None
    one, other = rng.choice(pairs)
    between = text[one.end() : other.start()]
    if re.fullmatch(r"%?\s*(?:and|or)\s*", between):
        return None  # "5 and 7" is "7 and 5"
    return text[: one.start()] + other[0] + between + one[0] + text[other.end() :]


def unit_changed(text, rng, quotes):
    pairs = [
        (r"(\d)%", r"\1 points"), (r"(\d) points", r"\1%"), (r"(\d)B\b", r"\1M"),
        (r"(\d)M\b", r"\1B"), (r"(\d)k\b", r"\1M"), (r"(\d)x\b", r"\1%"), (r"(\d+) tokens", r"\1 words"),
        (r"(\d+) interactions", r"\1 hours"), (r"(\d+) tasks", r"\1 models"), (r"bits", "nats"),
        (r"(\d+) domains", r"\1 languages"), (r"(\d+) settings", r"\1 models"), (r"(\d+) problems", r"\1 models"),
    ]  # fmt: skip
    fitting = [pair for pair in pairs if re.search(pair[0], text)]
    return re.sub(*rng.choice(fitting), text, count=1) if fitting else None


def negation_dropped(text, rng, quotes):
    pairs = [("does not ", ""), ("do not ", ""), (" not ", " "), ("No ", "A "), (" no ", " a "),
             ("cannot", "can"), ("without", "with"), ("fail to ", ""), ("neither", "both"), ("Nothing", "Something"),
             ("never", "always"), ("nor", "and"), ("nothing", "something")]  # fmt: skip
    fitting = [pair for pair in pairs if pair[0] in text]
    return text.replace(*rng.choice(fitting), 1) if fitting else None


def negation_added(text, rng, quotes):
    found = list(
        re.finditer(r"\b(?:is|are|was|were|does|do|has|have|can|may|should)\b(?! not)", text)
    )
    if not found:
        return None
    verb = rng.choice(found)
    return text[: verb.end()] + " not" + text[verb.end() :]


DIRECTIONS = _both(
    "higher/lower,deeper/shallower,more/less,increases/decreases,rises/falls,raises/lowers,"
    "improves/worsens,gain/loss,"
    "gains/losses,better/worse,larger/smaller,high/low,highest/lowest,best/worst,strong/weak,stronger/weaker,"
    "easier/harder,easy/hard,longer/shorter,faster/slower,beats/trails,above/below,maximum/minimum,grows/shrinks,"
    "straighter/more curved,sparser/denser,most/least,many/few,positive/negative,robust/fragile,upper/lower,"
    "large/small,similar/different,same/other"
)


def direction_turned(text, rng, quotes):
    return _replaced(text, DIRECTIONS, rng)


def time_turned(text, rng, quotes):
    pairs = "before/after,first/last,early/late,earliest/latest,earlier/later,first/final,initial/final,beginning/end"
    return _replaced(text, _both(pairs), rng)


def kind_turned(text, rng, quotes):
    pairs = (
        "encoder/decoder,supervised/unsupervised,open/closed,training/inference,with/without,middle/last,"
        "input/output,"
        "intermediate/final,autoregressive/masked,linear/nonlinear,online/offline,prompt/dataset,encoders/decoders,"
        "correct/wrong,frontier/open,hidden/output,local/global,deletion/alteration,delete/alter,base/finetuned"
    )
    return _replaced(text, _both(pairs), rng)


MODELS = "Pythia,Mamba,BERT,Llama,GPT-4,Qwen2.5,Falcon,Mistral,OPT-175B,GPT-2,Gemini,Claude,DeepSeek-R1,LLaMA".split(
    ","
)
SETS = "MTEB,MATH-500,GSM8K,AIME24,AIME,MMLU,GPQA,ImageNet,BIG-Bench,MATH500,C4,AIME25,SQuAD".split(
    ","
)
WORKS = (
    "Layer by Layer,DeepConf,DEER,CLADA,TEAL,RankMe,LiDAR,DiME,Seq-VCR,LayerSkip,ShortGPT,Deja Vu,Dynasor,GLoRE,"
    "alpha-ReQ,Faith and Fate,Farther the Shift,AdaInfer,DELEGATE-52,LLM2Vec,BEiT,The Path Not Taken"
).split(",")


def _renamed(text, rng, names):
    there = [name for name in names if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)]
    if not there:
        return None
    old, new = rng.choice(there), rng.choice([name for name in names if name not in text])
    return re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", new, text)


def model_renamed(text, rng, quotes):
    return _renamed(text, rng, MODELS)


def data_set_renamed(text, rng, quotes):
    return _renamed(text, rng, SETS)


def work_renamed(text, rng, quotes):
    return _renamed(text, rng, WORKS)


def person_renamed(text, rng, quotes):
    people = "Bach,Skean,Hosseini,Fedorenko,Giraldo,Barbero,Tenney,Voita,Liu,Vetterli,Wei,Arputharaj,Bernier".split(
        ","
    )
    return _renamed(text, rng, people)


def year_changed(text, rng, quotes):
    found = re.search(r"\b(?:19|20)\d\d\b", text)
    return text[: found.start()] + str(int(found[0]) - 3) + text[found.end() :] if found else None


def names_swapped(text, rng, quotes):
    if re.search(r"\b(?:differ|between|both|share|compar\w+|and|or|as well as|next to)\b", text):
        return None  # what is said of two alike may be said the other way round
    there = [
        n
        for n in (*MODELS, *SETS, *WORKS)
        if re.search(rf"(?<![\w-]){re.escape(n)}(?![\w-])", text)
    ]
    there = [n for n in there if not any(n != m and n in m for m in there)]
    if len(there) < 2:
        return None
    one, other = rng.sample(there, 2)
    return text.replace(one, "\0").replace(other, one).replace("\0", other)


def sides_swapped(text, rng, quotes):
    """ "A beats B" made "B beats A"."""
    match = re.match(
        r"(?P<a>[A-Z][^,;:]{3,60}?) (?P<v>beats|measures|uses|raises|lowers|cites|exceeds|outperforms|extends|explains|"
        r"contributes to|depends on|tests|reduces|improves|cites|comes from|differs from) "
        r"(?P<b>[^,;:]{4,60})(?P<c>[.,;].*)$",
        text,
    )
    return _upper(f"{match['b']} {match['v']} {match['a']}{match['c']}") if match else None


def quantity_widened(text, rng, quotes):
    pairs = _one_way(
        "some/every,some/all,few/all,a few/all,most/all,Most/All,Some/All,many/all,several/all,often/always,"
        "sometimes/always,nearly every/every,nearly all/all,one/every,two/all,at least two/all,"
        "usually/always,mostly/always,"
        "one model/every model,two models/all models,up to/at least,at most/at least,a maximum/an average,"
        "One/Every,Two/All,first/only,three/all"
    )
    return _replaced(text, pairs, rng)


def hedge_dropped(text, rng, quotes):
    hedges = [
        "often ", "about ", "nearly ", "almost ", "up to ", "usually ", "mostly ", "partly ", "roughly ", "mainly ",
        "sometimes ", "at most ", "at least ", "largely ", "merely ", "hardly ", "apparently ", "on average ",
        "as much as ", "under ", "over ", "more than ", "near ", "small ", "loose ",
    ]  # fmt: skip
    fitting = [h for h in hedges if re.search(rf"\b{h}", text)]
    return _upper(re.sub(rf"\b{rng.choice(fitting)}", "", text, count=1)) if fitting else None


def hedge_raised(text, rng, quotes):
    pairs = _one_way(
        "suggests/proves,suggest/prove,conjectures/shows,may/must,can/always,could/will,might/will,should/must,"
        "indicate/prove,indicates/proves,seems to/does,is read as/is,read/prove,call/prove,appears/occurs,"
        "reports/proves,"
        "reported/proven,states/proves,analogy/identity,approximation/law,is connected/is identical,likely/certain,"
        "evidence for/proof of,plausible/certain,support/proof,related to/caused by"
    )
    return _replaced(text, pairs, rng)


def limit_dropped(text, rng, quotes):
    limits = ["only ", "Only ", "open ", "small ", "frozen ", "hand-annotated ", "some ", "of up to 8B parameters",
              "English ", "tested ", "alone", " only", "closed ", "last ", "first ", "current ", "single ",
              "training-free ",
              "two ", "within 50 round trips", "non-autoregressive ", "unsupervised "]  # fmt: skip
    fitting = [limit for limit in limits if limit in text]
    return _upper(text.replace(rng.choice(fitting), "", 1)) if fitting else None


def scope_dropped(text, rng, quotes):
    front = re.match(
        r"(?:For|On|Within|Under|Over|With|At|After|Per|Of|By|In(?! fact| addition)) [^,]{4,60}, (?=\w)",
        text,
    )
    back = re.search(
        r"(?<![,;]) (?:on|for|in|within|under|over|across|at|after|with|when) [^,;:]{4,60}\.$", text
    )
    cuts = [cut for cut in (front, back) if cut]
    if not cuts:
        return None
    cut = rng.choice(cuts)
    return _upper(text[cut.end() :]) if cut is front else text[: cut.start()] + "."


def scope_widened(text, rng, quotes):
    pairs = _one_way(
        "Pythia-410M/every language model,Pythia 14M-1B/all language models,Llama 3 8B/all models,"
        "open models/frontier models,"
        "GSM8K/every benchmark,MATH-500/every benchmark,AIME24/all mathematics,Optimal Power Flow/optimisation,"
        "BIG-Bench/all benchmarks,the last hidden state/every hidden state,middle layers/all layers,"
        "OPT-175B/any model,"
        "Qwen2.5-Math/every reasoning model,two models/all models,one model/all models,this note/the literature,"
        "this collection/the literature,in the early layers/in all layers,language models/neural networks,"
        "frontier models/all models,the tested models/all models,some intermediate layer/every intermediate layer"
    )
    return _replaced(text, pairs, rng)


def attribution_dropped(text, rng, quotes):
    match = re.match(
        r"(?:According to [^,]+, |Own (?:remark|calculation): |By its own account, )(.+)", text
    )
    if match:
        return _upper(match[1])
    match = re.match(
        r"The [\w -]+ (?:suggests|states|reports|finds|conjectures|claims) that (.+)", text
    )
    return _upper(match[1]) if match else None


def denial_cut(text, rng, quotes):
    """What is called wrong, or left open, told as a finding."""
    for pattern in (
        r"It would be wrong to (?:say|conclude|assume)[^,]*? that (?P<x>[^,]+)[,.]",
        r"Whether (?P<x>.+?) is (?:left open|not)\b",
        r"(?:Own remark: )[Ww]hether (?P<x>.+?) (?:has not been|is not) \w+",
        r"Nothing in [\w ]+ claims that (?P<x>.+)\.$",
        r".*? (?:does not show|do not show|does not imply|do not claim) that (?P<x>.+?)[,.]",
    ):
        if match := re.match(pattern, text):
            return _upper(match["x"].rstrip(".")) + "."
    return None


def condition_dropped(text, rng, quotes):
    match = re.search(
        r",? (?:if|when|unless|where|provided|once|as long as|only when) [^,;.]+", text
    )
    return text[: match.start()] + text[match.end() :] if match else None


def concession_dropped(text, rng, quotes):
    match = re.search(
        r",? (?:but|although|though|yet|while|except|whereas|however|and not|rather than|but not) [^;]+\.$",
        text,
    )
    return text[: match.start()] + "." if match else None


def cause_added(text, rng, quotes):
    for mark, cause in ((", and ", ", because "), (", while ", ", because "), ("; ", ", which is why "),
                        (", which ", ", which causes this and "), (" goes with ", " causes "),
                        (" correlates with ", " causes "), (" with ", " because of "),
                        (" relate to ", " cause ")):  # fmt: skip
        if mark in text:
            return text.replace(mark, cause, 1)
    return None


def cause_turned(text, rng, quotes):
    match = re.match(r"(?P<a>[^,;:]+), because (?P<b>[^,;:]+)\.$", text)
    return (
        _upper(f"{match['b']}, because {match['a'][:1].lower()}{match['a'][1:]}.")
        if match
        else None
    )


def modality_raised(text, rng, quotes):
    pairs = _one_way(
        "is/will always be,are/will always be,shows/proves,show/prove,finds/proves,measures/explains,uses/requires,"
        "describes/explains,rises/will rise,falls/will fall,was/is still,seen/guaranteed,"
        "was published/won the best paper award,"
        "reports/guarantees,tests/confirms,compares/establishes"
    )
    return _replaced(text, pairs, rng)


def measure_renamed(text, rng, quotes):
    names = ("accuracy,latency,entropy,perplexity,curvature,cross-entropy,throughput,distance correlation,"
             "edit distance,"
             "effective rank,speed-up,F1,pass@1,pass@k,sparsity,energy,variance,confidence").split(",")  # fmt: skip
    return _renamed(text, rng, names)


def word_replaced(text, rng, quotes):
    """A content word exchanged for one of another note."""
    words = list(re.finditer(r"(?<![\w-])[a-z]{5,}(?![\w-])", text))
    others = re.findall(r"(?<![\w-])[a-z]{5,}(?![\w-])", rng.choice(quotes).plain)
    others = [word for word in others if word not in text]
    if not words or not others:
        return None
    match = rng.choice(words)
    return text[: match.start()] + rng.choice(others) + text[match.end() :]


def tail_invented(text, rng, quotes):
    tails = (
        ", which has since been confirmed for every frontier system by OpenAI", " in all 500 frontier models",
        ", as every later study confirmed", " regardless of architecture", ", which proves the effect causal",
        " and is now standard practice", ", with no loss of quality", " at any scale", " in humans as well",
    )  # fmt: skip
    return text.rstrip(".") + rng.choice(tails) + "."


def head_invented(text, rng, quotes):
    heads = ("It is proven that ", "In all language models ", "Experts agree that ", "The authors prove that ",
             "For GPT-5 and every other frontier model, ", "Contrary to earlier reports, ")  # fmt: skip
    return rng.choice(heads) + text[:1].lower() + text[1:]


def invented(text, rng, quotes):
    """A sentence of the writer's own about something that the quote names."""
    there = [
        n
        for n in (*MODELS, *SETS, *WORKS)
        if re.search(rf"(?<![\w-]){re.escape(n)}(?![\w-])", text)
    ]
    if not there:
        return None
    templates = (
        "{} outperforms all earlier methods on every benchmark.", "{} was trained on 15 trillion tokens.",
        "The middle layers of {} store facts about the world.", "{} shows that scale alone explains reasoning.",
        "{} halves the cost of inference without loss.", "Later work failed to replicate {}.",
    )  # fmt: skip
    return rng.choice(templates).format(rng.choice(there))


def mis_cited(text, rng, quotes):
    other = rng.choice(quotes).plain
    return None if _bare(other) in _bare(text) else other


def mis_cited_near(text, rng, quotes):
    """A true sentence of the same note, cited to its neighbour."""
    at = next(i for i, row in enumerate(quotes) if row.plain == text)
    other = quotes[at - 1]
    same = other.source == quotes[at].source and _bare(other.plain) not in _bare(text)
    return other.plain if same else None


def halves_combined(text, rng, quotes):
    """The first half of one quote with the second half of another."""
    other = rng.choice(quotes).plain
    if ", " not in text or ", " not in other or other == text:
        return None
    return text.split(", ")[0] + ", " + other.split(", ", 1)[1]


ATTACKS: tuple[Edit, ...] = (
    number_changed, number_words_changed, numbers_swapped, unit_changed, negation_dropped, negation_added,
    direction_turned, time_turned, kind_turned, model_renamed, data_set_renamed, work_renamed, person_renamed,
    year_changed, names_swapped, sides_swapped, quantity_widened, hedge_dropped, hedge_raised, limit_dropped,
    scope_dropped, scope_widened, attribution_dropped, denial_cut, condition_dropped, concession_dropped,
    cause_added, cause_turned, modality_raised, measure_renamed, word_replaced, tail_invented, head_invented,
    invented, mis_cited, mis_cited_near, halves_combined,
)  # fmt: skip


# ── honest edits ─────────────────────────────────────────────────────────────────────────────────


def quoted(text, rng, quotes):
    return text


def respaced(text, rng, quotes):
    """The same words as a printer sets them."""
    return text.replace(" ", "  ", 2).replace("'", "’").replace(" - ", " – ").replace("fi", "ﬁ", 1)


def end_cut(text, rng, quotes):
    """A sentence without its reason, its conclusion, or what comes after a semicolon."""
    cuts = list(re.finditer(r"(?:, (?:because|so(?! that))|;) ", text))
    cuts = [
        m
        for m in cuts
        if not _RISKY.search(text[m.end() :].split(", because")[0])
        or "because" in m[0]
        or "so" in m[0]
    ]
    cuts = [m for m in cuts if m.start() > 25 and not _RISKY_KEPT.search(text[: m.start()])]
    return text[: rng.choice(cuts).start()] + "." if cuts else None


_RISKY = re.compile(
    r"\b(?:not|no|only|but|although|except|unless|if|when|may|up to|at most|however|open|small|never|slows|"
    r"own|under|single|cannot|where|until|less)\b"
)
_RISKY_KEPT = re.compile(
    r"\b(?:not|no|cannot|either|neither|nor|both|such|between|if|while|although|only|so|rather)\b|\?|:|[([][^)\]]*$"
)


def front_cut(text, rng, quotes):
    """The second of two whole clauses."""
    match = re.search(
        r"(?:;|, and) (?=(?:the|[A-Z]\w+|a|some|no) [\w -]+? (?:is|are|has|comes?|reports?|shows?|uses?) )",
        text,
    )
    if not match or re.match(
        r"(?:In|For|On|With|According|Own|It|At|Of|By|Under|Over|If|While|Within|The authors)\b",
        text,
    ):
        return None
    if re.search(
        r"\b(?:that|whether|not|no|neither|both|how|why|when|if|because|only|may|should|wrong)\b|:",
        text[: match.start()],
    ):
        return None
    if not re.search(
        r"\b(?:is|are|has|reports?|shows?|uses?|comes?|gives?)\b", text[: match.start()]
    ):
        return None
    return _upper(text[match.end() :])


def respelt(text, rng, quotes):
    pairs = _both(
        "behaviour/behavior,optimisation/optimization,generalises/generalizes,normalised/normalized,"
        "artefact/artifact,"
        "centres/centers,analyse/analyze,characterises/characterizes,tokenised/tokenized,minimises/minimizes,"
        "licence/license,maths/math,unnormalised/unnormalized,favour/favor,stabilise/stabilize,localised/localized,"
        "regulariser/regularizer,quantifies/quantifies,linearised/linearized"
    )
    return _replaced(text, [pair for pair in pairs if pair[0] != pair[1]], rng)


def rehyphenated(text, rng, quotes):
    pairs = _both(
        "mid-depth/mid depth,chain-of-thought/chain of thought,fine-tuned/finetuned,pre-residual/preresidual,"
        "speed-up/speedup,"
        "data set/dataset,data sets/datasets,multi-level/multilevel,non-autoregressive/nonautoregressive,"
        "set-ups/setups,"
        "loss-less/lossless,training-free/training free,label-free/label free,hand-annotated/hand annotated,"
        "self-training/self training"
    )
    return _replaced(text, pairs, rng)


def percent_written(text, rng, quotes):
    return re.sub(r"(\d)%", r"\1 percent", text) if re.search(r"\d%(?![+\w])", text) else None


def ranges_written(text, rng, quotes):
    found = re.search(r"(?<![\w.-])(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)(?=%|\s)", text)
    return (
        text[: found.start()] + f"{found[1]} to {found[2]}" + text[found.end() :] if found else None
    )


def numbers_written(text, rng, quotes):
    words = "two three four five six seven eight nine ten".split()
    pairs = [(word, str(i)) for i, word in enumerate(words, 2)]
    if not re.search(r"[A-Za-z]\w* \d|\d[.,/]|[.,/]\d|[=<>^@-] ?\d", text):
        pairs += [(str(i), word) for i, word in enumerate(words, 2)]
    return _replaced(text, pairs, rng)


def thousands_written(text, rng, quotes):
    if re.search(r"\d,\d{3}\b", text):
        return re.sub(r"(\d),(\d{3})\b", r"\1\2", text)
    return re.sub(r"\b(\d)(\d{3})\b(?= \w+s\b)", r"\1,\2", text)


def scales_written(text, rng, quotes):
    found = re.search(r"(?<![\w.-])(\d+)([BM])(?= \w)", text)
    scale = {"B": "billion", "M": "million"}
    return (
        text[: found.start()] + f"{found[1]} {scale[found[2]]}" + text[found.end() :]
        if found
        else None
    )


def synonym(text, rng, quotes):
    pairs = _both(
        "beats/outperforms,beat/outperform,nearly/almost,about/roughly,shows/exhibits,uses/employs,needs/requires,"
        "final/last,whereas/while,often/frequently,choosing/selecting,mainly/mostly,method/approach,dip/valley,"
        "weights/parameters,large/big,rises/increases,falls/decreases,although/though,larger/bigger,"
        "for instance/for example,"
        "reinforcement learning/RL,large language models/LLMs,whole/entire"
    )
    risky = "last place|at last|for about|about the|about mid|about layers|about how|about text|about where|"
    risky += "about outcomes"
    return None if re.search(risky, text) else _replaced(text, pairs, rng)


def attributed(text, rng, quotes):
    if re.match(r"Own |According|It would|Whether|Which|Why|By its", text) or "?" in text:
        return None
    lower = re.match(
        r"(?:The|In|For|On|An?|Some|No|With|Under|Over|Most|All|At|Within|Per|Both)\b", text
    )
    first = text[:1].lower() + text[1:] if lower else text
    return (
        rng.choice(("The paper says that ", "The note states that ", "The source reports that "))
        + first
    )


def scope_moved(text, rng, quotes):
    """ "In X, Y" told as "Y in X", where one clause says it all."""
    match = re.fullmatch(
        r"(?P<scope>(?:In|For|On|Within|Under|Over|With) [\w -]{3,40}), (?P<rest>[^,;:]+)\.", text
    )
    if not match or re.search(
        r"\b(?:and|or|but|that|which|while|when|if|because|in|for|than|as|where|only|not|no)\b",
        match["rest"],
    ):
        return None
    scope = match["scope"]
    if re.search(r"\b(?:some|all|every|most|many|and|any|each|few)\b", text, re.IGNORECASE):
        return None
    return f"{_upper(match['rest'])} {scope[0].lower()}{scope[1:]}."


def sides_of_and(text, rng, quotes):
    match = re.match(
        r"(?P<a>[A-Z][\w-]+) and (?P<b>[A-Z][\w-]+) (?P<rest>(?:are|differ|share|have) .+)", text
    )
    if match and " and " not in match["rest"] and not re.search(r"respectively|\d", match["rest"]):
        return f"{match['b']} and {match['a']} {match['rest']}"
    match = re.fullmatch(
        r"(?P<head>[^,;:]+ (?:in|of|for|between)) (?P<a>[a-z-]+) and (?P<b>[a-z-]+)\.", text
    )
    if match and " and " not in match["head"] and not re.search(r"respectively|\d", text):
        return f"{match['head']} {match['b']} and {match['a']}."
    return None


def passive(text, rng, quotes):
    match = re.fullmatch(
        r"(?P<a>[A-Z][\w '-]+?) (?P<v>uses|cites|compares|covers|measures|lists|computes|scores) "
        r"(?P<b>[\w '-]+?)(?P<c> (?:for|in|with|among|on|as|from|over) [^,;:]+)?\.", text,
    )  # fmt: skip
    if not match or re.search(
        r"\b(?:only|not|no|all|every|some|each|any|most|and|that|which|both|one|in|on|neither|is|are|to|with|carries)\b",
        match["a"] + match["b"],
    ):
        return None
    part = {"uses": "used", "cites": "cited", "compares": "compared", "covers": "covered", "measures": "measured",
            "lists": "listed", "computes": "computed", "scores": "scored"}[match["v"]]  # fmt: skip
    verb = "are" if re.search(r"s$", match["b"].split(" of ")[0]) else "is"
    first = match["a"] if not match["a"].startswith("The ") else "the " + match["a"][4:]
    return f"{_upper(match['b'])} {verb} {part} by {first}{match['c'] or ''}."


def contracted(text, rng, quotes):
    return _replaced(
        text,
        _one_way("does not/doesn't,cannot/can't,do not/don't,is not/isn't,are not/aren't"),
        rng,
    )


UNCHANGED: tuple[Edit, ...] = (quoted, respaced, percent_written, thousands_written)
EDITS: tuple[Edit, ...] = (
    quoted, respaced, end_cut, front_cut, respelt, rehyphenated, percent_written, ranges_written, numbers_written,
    thousands_written, scales_written, synonym, attributed, scope_moved, sides_of_and, passive, contracted,
)  # fmt: skip
