"""Decide who may use the app: requests of the reader's own page pass, all others are refused."""
