"""Tell the script and language of a text from its letters and function words."""

import re
from collections import Counter

from assistant.question.terms import is_function


def language(text: str) -> str:
    """Return the language or the script of a text.

    Returns:
        "english", "german", "french", "spanish", "italian", "portuguese" or "dutch" if function
        words show it; "cjk" (Chinese, Japanese and Korean), "cyrillic", "arabic", "greek",
            "hebrew",
        "devanagari" or "thai" if letters of that script prevail; otherwise "unknown", as for a
        query of a few keywords, a formula, or another language in Latin letters.
    """
    script = _script(text)
    if script != "latin":
        return script
    words = [word.lower() for word in _WORD.findall(text[:_ENOUGH])]
    hits = Counter({name: sum(word in own for word in words) for name, own in _FUNCTION.items()})
    other, most = max(hits.items(), key=lambda pair: pair[1], default=("", 0))
    english = sum(map(is_function, words))
    if english >= most and english:
        return "english"
    return other if most >= _LEAST else "unknown"


def foreign(text: str) -> bool:
    """Return whether a text is in a language other than English, as far as can be told."""
    return language(text) not in ("english", "unknown")


# A language can be told from this many characters; the rest of a long text adds nothing.
_ENOUGH = 2000
# One short word of another language ("die", "la") may be a name or a slip.
_LEAST = 2
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def _script(text: str) -> str:
    """Return the script that prevails in a text; a Chinese or Japanese character counts as a syllable."""
    counts: Counter[str] = Counter()
    for letter in text[:_ENOUGH]:
        if letter < "\u0250":  # Latin with its additions
            counts["latin"] += letter.isalpha()
        else:
            name = next((s for low, high, s in _RANGES if low <= letter <= high), "")
            counts[name] += _SYLLABLE if name == "cjk" else letter.isalpha()
    del counts[""]
    script, most = max(counts.items(), key=lambda pair: pair[1], default=("unknown", 0))
    return script if most else "unknown"


# One character of Chinese, Japanese or Korean says about as much as this many Latin letters.
_SYLLABLE = 3
_RANGES = (
    ("\u0370", "\u03ff", "greek"),
    ("\u0400", "\u052f", "cyrillic"),
    ("\u0590", "\u05ff", "hebrew"),
    ("\u0600", "\u077f", "arabic"),
    ("\u0900", "\u097f", "devanagari"),
    ("\u0e00", "\u0e7f", "thai"),
    ("\u1100", "\u11ff", "cjk"),
    ("\u3040", "\u30ff", "cjk"),
    ("\u3400", "\u9fff", "cjk"),
    ("\uac00", "\ud7af", "cjk"),
)
# These are the most frequent function words of the languages read most after English. They are
# closed classes, so no text of a few sentences lacks them.
_FUNCTION = {
    name: frozenset(words.split())
    for name, words in {
        "german": "der die das und ist sind nicht ein eine einen dem den wie was warum welche welchem welcher welches "
                  "wird werden man mit von auf für im in zu bei oder unter kann gibt es",
        "french": "le la les des et est sont une un dans que qui pour pas sur avec quel quelle quels pourquoi comment "
                  "du au aux ce cette il elle de en l'",
        "spanish": "el la los las y es son una un que qué por para con del cómo cuál cuáles no se en de más",
        "italian": "il lo la gli le e è sono una un che per con del della come quale quali perché non di nel nella",
        "portuguese": "o a os as e é são uma um que por para com do da dos das como qual quais não em de mais",
        "dutch": "de het een en is zijn niet van op voor met hoe wat waarom welke wordt worden bij dat die te in",
    }.items()
}  # fmt: skip
