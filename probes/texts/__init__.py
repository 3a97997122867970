"""A reader's passages or a seed come in; the prompts of an experiment come out."""
