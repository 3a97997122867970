import re
from html.parser import HTMLParser

from hypothesis import example, given
from hypothesis import strategies as st

from assistant.views.markup import Html, button, folded, join, link, notice, panel, tag, text

HOSTILE = (
    '<script>alert(1)</script><img src=x onerror="alert(2)">\'"><svg onload=alert(3)> '
    "[x](javascript:alert(4)) &lt;b&gt; &#60;i&#62; ${alert(5)} {{constructor}} </div>"
)


class Reading(HTMLParser):
    """What a browser would make of HTML: its tags, attributes and text."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.tags, self.names, self.words = [], [], []
        self.feed(markup)
        self.close()

    def handle_starttag(self, name, attributes):
        self.tags.append(name)
        self.names += [attribute for attribute, _ in attributes]

    def handle_data(self, data):
        self.words.append(data)


@given(
    st.text(
        st.characters(
            exclude_categories=["Cc", "Cs"],
            exclude_characters="\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
        )
    )
)
@example(HOSTILE)
def test_text_is_read_back_as_text(words):
    reading = Reading(tag("p", words))
    assert reading.tags == ["p"]
    assert "".join(reading.words) == words


@given(st.text())
@example(HOSTILE)
def test_text_makes_no_tag_and_no_attribute(words):
    parts = (
        tag("p", words, title=words),
        button(words, "cite", data_key=words, aria_label=words),
        panel(words, words, kicker=words),
        folded(words, words),
        notice(words),
        link(words, words),
        join(words, words),
    )
    known = {"p", "button", "section", "header", "span", "h2", "details", "summary", "a"}
    for part in parts:
        reading = Reading(part)
        assert set(reading.tags) <= known
        assert not [name for name in reading.names if name.startswith("on")]


def test_html_is_not_escaped_twice():
    assert tag("p", tag("b", "x")) == "<p><b>x</b></p>"


def test_a_formatted_string_is_text_again():
    assert tag("p", f"{tag('b', 'x')}") == "<p>&lt;b&gt;x&lt;/b&gt;</p>"


def test_an_address_that_is_no_web_page_is_no_link():
    for address in ("javascript:alert(1)", "data:text/html,x", "  javascript:x", "file:///etc/x"):
        assert not isinstance(link(address, "here"), str) or "<a" not in link(address, "here")
    assert '<a href="https://arxiv.org/abs/1"' in link("https://arxiv.org/abs/1", "here")


def test_attributes_are_left_out_bare_or_named():
    made = tag("input", disabled=False, required=True, value=None, data_do="x", class_="c")
    assert made == '<input required data-do="x" class="c">'


def test_control_characters_and_reversed_reading_are_visible():
    assert text("a\x1b[31mb\u202ec") == Html("a\ufffd[31mb\ufffdc")


@given(st.text() | st.from_regex(r"https?://[\[\]:@/%a-f0-9.]{0,20}", fullmatch=True))
@example("http://[")
@example("https://[v1.x]:99999999/")
@example("http://\u2100/")
@example(" javascript:alert(1)")
@example("java\nscript:alert(1)")
def test_any_address_is_a_link_to_the_web_or_text(address):
    shown = link(address, "a label")
    assert shown == "a label" or re.match(r'<a href="https?:', shown, re.IGNORECASE)
