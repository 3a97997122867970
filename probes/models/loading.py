"""A lock lets a process build one model at a time, whichever part of the program builds it."""

import threading

ALONE = threading.Lock()
"""Held while transformers builds a model: it patches itself meanwhile, and of two threads at it one
would leave the patch in place, after which no model of the process has its tied weights."""
