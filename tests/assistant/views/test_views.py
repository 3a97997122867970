"""The style and the script of the window lie beside its pages and load nothing from elsewhere."""

import re

import pytest

from assistant import views


@pytest.mark.parametrize("part", [views.style, views.script])
def test_nothing_is_loaded_from_another_machine(part):
    text = part()
    assert text
    assert not re.search(r"@import|url\(\s*['\"]?https?:|fetch\(\s*['\"]https?:|import\(", text)
