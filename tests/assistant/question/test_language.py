"""Script and language are recognised where letters and function words show them, else they are unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.language import foreign, language


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Why are the middle layers better?", "english"),
        ("kv cache in 4 bit: does accuracy drop?", "english"),
        ("moe expert routing", "unknown"),
        ("sparse autoencoder features steering large commercial model behaviour", "unknown"),
        ("Unter welchem anderen Namen kennt man die SNCF-Metrik?", "german"),
        ("Was kostet das gedruckte Heft?", "german"),
        ("Pourquoi les couches du milieu sont-elles meilleures ?", "french"),
        ("¿Por qué las capas intermedias son mejores?", "spanish"),
        ("Perché gli strati di mezzo non sono come quelli della fine?", "italian"),
        ("为什么 transformer 模型的中间层更好?", "cjk"),
        ("中間層の表現はなぜ良いのか", "cjk"),
        ("Почему средние слои лучше?", "cyrillic"),
        ("لماذا الطبقات الوسطى أفضل؟", "arabic"),
        ("", "unknown"),
        ("1234 !?", "unknown"),
    ],
)
def test_a_text_is_in_the_language_of_its_function_words(text, name):
    assert language(text) == name


def test_only_a_language_that_is_told_is_foreign():
    assert foreign("Was kostet das gedruckte Heft?")
    assert not foreign("moe expert routing")


@given(st.text(max_size=500))
def test_every_text_has_a_name_for_its_language(text):
    assert language(text)
