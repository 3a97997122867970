"""The commands of `inquire` have one module for each group of the help page.

A command returns a `Reply` and prints nothing; `assistant.cli` shows the reply, as words or as
JSON. Each command imports what it needs inside its function, so that `inquire --help` loads no part
of the assistant.
"""
