"""Messages of exercises held to their words."""


def assert_says(message, said):
    """All of these words are in the message, wherever its lines may break."""
    text = " ".join(repr(message).split())
    for words in said:
        assert words in text, message
