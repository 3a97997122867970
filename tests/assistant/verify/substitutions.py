"""Attacks that put one thing in the place of another: a number, a name, a side, or a yes for a no."""

import re

from tests.assistant.verify.edits import Edit, both, renamed, replaced, upper


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
    return replaced(text, [(w, words[(i + 3) % 9]) for i, w in enumerate(words)], rng)


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
        return None  # "5 and 7" means "7 and 5"
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


DIRECTIONS = both(
    "higher/lower,deeper/shallower,more/less,increases/decreases,rises/falls,raises/lowers,"
    "improves/worsens,gain/loss,"
    "gains/losses,better/worse,larger/smaller,high/low,highest/lowest,best/worst,strong/weak,stronger/weaker,"
    "easier/harder,easy/hard,longer/shorter,faster/slower,beats/trails,above/below,maximum/minimum,grows/shrinks,"
    "straighter/more curved,sparser/denser,most/least,many/few,positive/negative,robust/fragile,upper/lower,"
    "large/small,similar/different,same/other"
)


def direction_turned(text, rng, quotes):
    return replaced(text, DIRECTIONS, rng)


def time_turned(text, rng, quotes):
    pairs = "before/after,first/last,early/late,earliest/latest,earlier/later,first/final,initial/final,beginning/end"
    return replaced(text, both(pairs), rng)


def kind_turned(text, rng, quotes):
    pairs = (
        "encoder/decoder,supervised/unsupervised,open/closed,training/inference,with/without,middle/last,"
        "input/output,"
        "intermediate/final,autoregressive/masked,linear/nonlinear,online/offline,prompt/dataset,encoders/decoders,"
        "correct/wrong,frontier/open,hidden/output,local/global,deletion/alteration,delete/alter,base/finetuned"
    )
    return replaced(text, both(pairs), rng)


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


def model_renamed(text, rng, quotes):
    return renamed(text, rng, MODELS)


def data_set_renamed(text, rng, quotes):
    return renamed(text, rng, SETS)


def work_renamed(text, rng, quotes):
    return renamed(text, rng, WORKS)


def person_renamed(text, rng, quotes):
    people = "Bach,Skean,Hosseini,Fedorenko,Giraldo,Barbero,Tenney,Voita,Liu,Vetterli,Wei,Arputharaj,Bernier".split(
        ","
    )
    return renamed(text, rng, people)


def year_changed(text, rng, quotes):
    found = re.search(r"\b(?:19|20)\d\d\b", text)
    return text[: found.start()] + str(int(found[0]) - 3) + text[found.end() :] if found else None


def names_swapped(text, rng, quotes):
    if re.search(r"\b(?:differ|between|both|share|compar\w+|and|or|as well as|next to)\b", text):
        return None  # the order of two like things may be swapped
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
    return upper(f"{match['b']} {match['v']} {match['a']}{match['c']}") if match else None


SUBSTITUTIONS: tuple[Edit, ...] = (
    number_changed, number_words_changed, numbers_swapped, unit_changed, negation_dropped, negation_added,
    direction_turned, time_turned, kind_turned, model_renamed, data_set_renamed, work_renamed, person_renamed,
    year_changed, names_swapped, sides_swapped,
)  # fmt: skip
