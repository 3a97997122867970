"""Threads of questions: an answer comes in and is stored whole; it goes out again without being asked anew."""

from assistant.conversations.records import Conversation, Listed, Turn
from assistant.conversations.since import Since, since
from assistant.conversations.store import Conversations

__all__ = ["Conversation", "Conversations", "Listed", "Since", "Turn", "since"]
