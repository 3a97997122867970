"""Process plain text: a stored text comes in; sentences, passages, terms and the places of quotes go out."""
