"""Read a question: its words come in; its parts, each with the form of its answer, go out."""
