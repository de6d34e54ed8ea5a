"""What can be set, from code or from the environment (``RAG_LIBRARY``, ``RAG_ENCODER``, ...).

Nothing is read when this module is imported; a ``Settings`` reads the environment when it is made. Unknown keys and
unknown ``RAG_`` variables are refused: a misspelt setting that is ignored is worse than an error.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import SettingsError

_PREFIX = "RAG_"


def default_library() -> Path:
    """The folder in the user's data directory where the library lies unless another is named."""
    from platformdirs import user_data_path

    return user_data_path("footnote", appauthor=False) / "library"


class Settings(BaseSettings):
    """The settings of an ``Assistant``; arguments win over ``RAG_`` variables, which win over the defaults.

    Raises:
        SettingsError: a key is unknown or a value cannot be used; the message names it and what would do.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True, validate_default=True)

    library: Path = Field(default_factory=default_library, description="Folder that holds the library.")
    encoder: str = Field(
        default="default",
        min_length=1,
        description="'default' (all-MiniLM-L6-v2), or the path or name of any sentence-transformers model.",
    )
    reader: str = Field(
        default="default",
        min_length=1,
        description="'default' (the shipped reader), 'none', or an extractive question-answering model's path or name.",
    )
    refusal: Literal["strict", "balanced", "generous", "never"] = Field(
        default="balanced",
        description="How sure an answer must be to be shown: 'strict', 'balanced', 'generous', or 'never' refuse.",
    )

    def __init__(self, **values: Any) -> None:
        known = {_PREFIX + name.upper() for name in type(self).model_fields}
        unknown = sorted(name for name in os.environ if name.upper().startswith(_PREFIX) and name.upper() not in known)
        if unknown:
            raise SettingsError(f"unknown setting {unknown[0]}: unset it, or use one of {', '.join(sorted(known))}")
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            if first["type"] == "extra_forbidden":
                names = ", ".join(type(self).model_fields)
                raise SettingsError(f"unknown setting {name!r}: use one of {names}") from None
            raise SettingsError(f"setting {name!r} is {first['input']!r}: {first['msg']}") from None
