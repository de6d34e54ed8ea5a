"""Everything that Footnote raises on purpose.

    RagError
    ├── QuestionError      a question, its day, or the rating of an answer cannot be taken as it stands
    ├── DocumentError      a file cannot be read as articles
    ├── LibraryError       the library is missing, empty, damaged, held by another writer, or of another encoder
    ├── ModelError         a model is missing, altered, or cannot be used here
    ├── WriterError        the model that writes cannot be reached or does not answer; quotes are shown instead
    └── SettingsError      a setting is unknown or has a value that cannot be used

A message is one line: what was wrong, where, and what to do about it. The command line prints it without a
traceback and exits with 2; the web chat shows it as a message. Any other exception is a bug and keeps its traceback.
"""

AGAIN = "delete the library and index its articles again"
"""The remedy where the articles of a library themselves are damaged."""


class RagError(Exception):
    """The parent of every error that a user can mend; its message is one line, whatever it quotes."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.splitlines()))


class QuestionError(RagError):
    """A question cannot be asked, a day not be read, or an answer not be rated, as it stands."""


class DocumentError(RagError):
    """A file or folder cannot be read as articles.

    Attributes:
        unread: whether it may hold articles all the same, that could not be read this time.
    """

    def __init__(self, message: str, *, unread: bool = True) -> None:
        super().__init__(message)
        self.unread = unread


class LibraryError(RagError):
    """The library cannot be opened, searched or written."""


class ModelError(RagError):
    """A model is missing, altered, or cannot be used here."""


class WriterError(RagError):
    """The model that writes cannot be reached, or what it sends cannot be used."""


class SettingsError(RagError):
    """A setting is unknown or its value cannot be used."""
