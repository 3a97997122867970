"""The commands of `inquire`, one module for each group of its help page.

A command returns a `Reply` and prints nothing; `assistant.cli` shows it, as words or as JSON.
What a command needs is imported inside it: `inquire --help` loads no part of the assistant.
"""
