"""A lock lets a process build one model at a time, whichever part of the program builds it."""

import threading

ALONE = threading.Lock()
"""This lock is held while transformers builds a model, because it patches itself meanwhile: of two threads that do
so at once, one would leave the patch in place, and then no model of the process would have its tied weights."""
