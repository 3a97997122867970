"""The name of a language model comes in; the loaded model, its size, or its twin with random weights comes out."""
