"""A judge for the tests of the gate."""

from assistant.verify.evidence import Opinion


class Saying:
    """A judge that says the same of every claim, and notes what it was asked."""

    name = "this judge"

    def __init__(self, probability):
        self.probability, self.asked = probability, []

    def __call__(self, claims):
        self.asked += claims
        return [Opinion(self.probability, 0.9) for _ in claims]
