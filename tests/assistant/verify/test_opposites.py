"""Opposites are opposite in both directions."""

from assistant.verify.opposites import OPPOSITES


def test_opposites_are_opposite_in_both_directions():
    for word, others in OPPOSITES.items():
        assert word not in others
        assert all(word in OPPOSITES[other] for other in others)
