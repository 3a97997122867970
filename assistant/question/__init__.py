"""What is asked: a question's words come in, its parts with the form of their answers go out."""
