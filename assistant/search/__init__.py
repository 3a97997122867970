"""Search: a question comes in; ranked passages go out, by their words and their vectors."""
