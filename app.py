"""The window on the assistant: chat, evidence and experiments in a browser."""
