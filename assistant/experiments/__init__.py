"""Turn runs into sources and into sentences that bear on a question, and choose experiments to offer."""
