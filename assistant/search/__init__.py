"""Search the library: a question comes in; passages ranked by words and vectors go out."""
