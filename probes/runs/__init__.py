"""Experiments that are started come in; jobs, their logs, and stored runs that can be compared and drawn come out."""
