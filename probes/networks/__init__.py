"""A shape and a task come in; small networks that are trained here, with what was measured on the way, come out."""
