"""Store threads of questions with their whole answers; a stored answer is shown without being asked again."""

from assistant.conversations.records import Conversation, Listed, Turn
from assistant.conversations.since import Since, since
from assistant.conversations.store import Conversations

__all__ = ["Conversation", "Conversations", "Listed", "Since", "Turn", "since"]
