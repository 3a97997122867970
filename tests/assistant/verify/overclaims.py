"""Attacks that claim more than the quote: wider, surer, without its limits, or as a cause."""

import re

from tests.assistant.verify.edits import Edit, one_way, replaced, upper


def quantity_widened(text, rng, quotes):
    pairs = one_way(
        "some/every,some/all,few/all,a few/all,most/all,Most/All,Some/All,many/all,several/all,often/always,"
        "sometimes/always,nearly every/every,nearly all/all,one/every,two/all,at least two/all,"
        "usually/always,mostly/always,"
        "one model/every model,two models/all models,up to/at least,at most/at least,a maximum/an average,"
        "One/Every,Two/All,first/only,three/all"
    )
    return replaced(text, pairs, rng)


def hedge_dropped(text, rng, quotes):
    hedges = [
        "often ", "about ", "nearly ", "almost ", "up to ", "usually ", "mostly ", "partly ", "roughly ", "mainly ",
        "sometimes ", "at most ", "at least ", "largely ", "merely ", "hardly ", "apparently ", "on average ",
        "as much as ", "under ", "over ", "more than ", "near ", "small ", "loose ",
    ]  # fmt: skip
    fitting = [h for h in hedges if re.search(rf"\b{h}", text)]
    return upper(re.sub(rf"\b{rng.choice(fitting)}", "", text, count=1)) if fitting else None


def hedge_raised(text, rng, quotes):
    pairs = one_way(
        "suggests/proves,suggest/prove,conjectures/shows,may/must,can/always,could/will,might/will,should/must,"
        "indicate/prove,indicates/proves,seems to/does,is read as/is,read/prove,call/prove,appears/occurs,"
        "reports/proves,"
        "reported/proven,states/proves,analogy/identity,approximation/law,is connected/is identical,likely/certain,"
        "evidence for/proof of,plausible/certain,support/proof,related to/caused by"
    )
    return replaced(text, pairs, rng)


def limit_dropped(text, rng, quotes):
    limits = ["only ", "Only ", "open ", "small ", "frozen ", "hand-annotated ", "some ", "of up to 8B parameters",
              "English ", "tested ", "alone", " only", "closed ", "last ", "first ", "current ", "single ",
              "training-free ",
              "two ", "within 50 round trips", "non-autoregressive ", "unsupervised "]  # fmt: skip
    fitting = [limit for limit in limits if limit in text]
    return upper(text.replace(rng.choice(fitting), "", 1)) if fitting else None


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
    return upper(text[cut.end() :]) if cut is front else text[: cut.start()] + "."


def scope_widened(text, rng, quotes):
    pairs = one_way(
        "Pythia-410M/every language model,Pythia 14M-1B/all language models,Llama 3 8B/all models,"
        "open models/frontier models,"
        "GSM8K/every benchmark,MATH-500/every benchmark,AIME24/all mathematics,Optimal Power Flow/optimisation,"
        "BIG-Bench/all benchmarks,the last hidden state/every hidden state,middle layers/all layers,"
        "OPT-175B/any model,"
        "Qwen2.5-Math/every reasoning model,two models/all models,one model/all models,this note/the literature,"
        "this collection/the literature,in the early layers/in all layers,language models/neural networks,"
        "frontier models/all models,the tested models/all models,some intermediate layer/every intermediate layer"
    )
    return replaced(text, pairs, rng)


def attribution_dropped(text, rng, quotes):
    match = re.match(
        r"(?:According to [^,]+, |Own (?:remark|calculation): |By its own account, )(.+)", text
    )
    if match:
        return upper(match[1])
    match = re.match(
        r"The [\w -]+ (?:suggests|states|reports|finds|conjectures|claims) that (.+)", text
    )
    return upper(match[1]) if match else None


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
            return upper(match["x"].rstrip(".")) + "."
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
        upper(f"{match['b']}, because {match['a'][:1].lower()}{match['a'][1:]}.") if match else None
    )


def modality_raised(text, rng, quotes):
    pairs = one_way(
        "is/will always be,are/will always be,shows/proves,show/prove,finds/proves,measures/explains,uses/requires,"
        "describes/explains,rises/will rise,falls/will fall,was/is still,seen/guaranteed,"
        "was published/won the best paper award,"
        "reports/guarantees,tests/confirms,compares/establishes"
    )
    return replaced(text, pairs, rng)


OVERCLAIMS: tuple[Edit, ...] = (
    quantity_widened, hedge_dropped, hedge_raised, limit_dropped, scope_dropped, scope_widened, attribution_dropped,
    denial_cut, condition_dropped, concession_dropped, cause_added, cause_turned, modality_raised,
)  # fmt: skip
