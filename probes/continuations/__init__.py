"""Many continuations of one trace at the price of reading it once.

Importing this package loads no torch; `backends.open_backend` does, for a local model.
"""
