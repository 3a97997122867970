"""Check what a model wrote, for the tests of writers."""


def whole(assistant, answer) -> bool:
    """Whether an answer is an essay of checked sentences, or the brief with a line that says why."""
    for sentence in answer.sentences:
        for citation in sentence.citations:
            text = assistant.source(citation.source).text
            assert text[citation.start : citation.end] == citation.quote
    brief = assistant.ask(answer.question)
    if answer.author:
        assert answer.folds[0].kind == "quotes"
    else:
        assert answer.sentences == brief.sentences
        assert len(answer.notices) == 1
    return True
