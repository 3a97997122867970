"""Cut scripts without spaces between words into pairs of characters that can be looked up."""

import re
from itertools import pairwise


def is_unspaced(text: str) -> bool:
    """Return whether a text has characters of Chinese, Japanese, Korean, Thai and similar scripts."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def apart(text: str) -> str:
    """Return the text with a space wherever a script with and one without spaces touch: GPT 模型."""
    return _SEAM.sub(" ", text) if is_unspaced(text) else text


def pairs(text: str) -> list[str]:
    """Return the stand-ins for words in such scripts: every two neighbouring characters.

    Asking words and endings are left out, and so is Japanese hiragana, unless there is nothing
    else; a character between two of them stands for itself.
    """
    found: list[str] = []
    for run in _RUN.findall(text):
        for part in _EMPTY.split(run):
            found += _pairs(part)
    return found or [pair for run in _RUN.findall(text) for pair in _pairs(run)]


def _pairs(part: str) -> list[str]:
    return ["".join(two) for two in pairwise(part)] if len(part) > 1 else [part] if part else []


def reading_length(text: str) -> int:
    """Return how many words a reader would count: two characters of such scripts usually make one."""
    spaced = len(text.split())
    characters = len(_UNSPACED.findall(text)) if not text.isascii() else 0
    if not characters:
        return spaced
    return max(spaced, len(_UNSPACED.sub(" ", text).split()) + characters // 2)


# Thai and Lao, Burmese, Khmer, kana, Han, Hangul.
_CLASS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff"
)
_UNSPACED = re.compile(f"[{_CLASS}]")
_RUN = re.compile(f"[{_CLASS}]+")
_SEAM = re.compile(f"(?<=[{_CLASS}])(?=[^\\W_{_CLASS}])|(?<=[^\\W_])(?<![{_CLASS}])(?=[{_CLASS}])")
_EMPTY = re.compile(
    "[\u3041-\u309f]+|[的了吗呢吧嗎]|多少|什么|什麼|怎么|怎麼|怎样|如何|为什么|為什麼|为何|哪些|哪个|哪裡|是否|"
    "有没有|何|얼마나|무엇|어떤|어떻게|언제|어디|(?:[습합입됩]니[다까]|[인나는은]가요|나요)$"
)
