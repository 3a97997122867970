"""These questions are outside any reading list on language models, so an answer should be "absent"."""

from assistant.evaluation.cases import Case


def cases() -> tuple[Case, ...]:
    """Return everyday and scholarly questions of other fields."""
    return tuple(
        Case(id=f"elsewhere:{at}", question=question, group="elsewhere", expected="absent")
        for at, question in enumerate(_QUESTIONS)
    )


_QUESTIONS = (
    "Why do sourdough loaves rise more slowly in winter?",
    "Which treaties ended the Thirty Years' War?",
    "How do tardigrades survive being dried out?",
    "What sets the pitch of a church bell?",
    "Does crop rotation with clover spare nitrogen fertiliser?",
    "How were the stones of medieval cathedral vaults lifted into place?",
    "Why did the price of tulip bulbs collapse in 1637?",
    "Which enzymes let termites digest wood?",
    "How does a heat pump behave below freezing point?",
    "What causes the tides to be higher at new moon?",
    "Do earthquakes cluster along subduction zones?",
    "How long should green tea be steeped, and at what temperature?",
    "Which birds migrate across the Sahara without stopping?",
    "Why is the violin varnish of Cremona thought to matter for its sound?",
    "How does gluten intolerance differ from an allergy to wheat?",
    "What did the harbour of ancient Carthage look like?",
    "Can coral reefs recover after bleaching?",
    "Which knots hold best in wet rope?",
    "How does inflation change the real burden of a mortgage?",
    "What makes the glaze of celadon pottery turn green in the kiln?",
    "Do vaccines against influenza protect newborns through their mothers?",
    "How is the age of a volcanic ash layer determined?",
)
