"""What can be set, from code or from the environment (``RAG_LIBRARY``, ``RAG_ENCODER``, ...).

Nothing is read when this module is imported; a ``Settings`` reads the environment when it is made. Unknown keys and
unknown ``RAG_`` variables are refused: a misspelt setting that is ignored is worse than an error.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import SettingsError
from rag.files import from_home
from rag.schema import Refusal, Surety

_PREFIX = "RAG_"
_ENDPOINT = "/chat/completions"


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
        description="'default' (all-MiniLM-L6-v2), or the path or name of a sentence-transformers model.",
    )
    reader: str = Field(
        default="default",
        min_length=1,
        description="'default' (the shipped reader), 'none', or an extractive question-answering model's path or name.",
    )
    refusal: Refusal = Field(
        default="balanced",
        description="How sure an answer must be to be shown: 'strict', 'balanced', 'generous', or 'never' refuse.",
    )

    writer_url: str | None = Field(
        default=None,
        description="Base address of an OpenAI-compatible server whose model writes the answers, as in "
        "'http://127.0.0.1:11434/v1', or the whole one, which ends in '/chat/completions'; None: answers are quotes, "
        "and nothing is sent anywhere.",
    )
    writer_model: str | None = Field(default=None, description="The name that the server knows the model by.")
    writer_key: SecretStr | None = Field(default=None, description="The server's key, where it asks for one.")

    writer_rewrite: float = Field(
        default=4.0,
        ge=0,
        le=60,
        description="Seconds that the writer's model may take to rewrite a follow-up so that it stands alone; "
        "0: it is not asked to.",
    )

    writer_check: Surety = Field(
        default="strict",
        description="How sure the check must be of a sentence that a model wrote: 'strict', for weak models, shows "
        "little but what shortens an article's own words; 'balanced' and 'lenient' are for strong, seldom wrong ones.",
    )

    @field_validator("library", mode="before")
    @classmethod
    def _folder_named(cls, value: Any) -> Any:
        if isinstance(value, str) and not value.strip():
            raise ValueError("an empty name; name a folder ('.' is this one), or unset it")
        return from_home(Path(value)) if isinstance(value, str | Path) else value

    @field_validator("writer_url", "writer_model", "writer_key", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: Any) -> Any:
        return None if value == "" else value

    @field_validator("writer_url")
    @classmethod
    def _is_web_address(cls, value: str | None) -> str | None:
        return None if value is None else _base_address(value)

    @field_validator("writer_key")
    @classmethod
    def _fits_a_header(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[\x21-\x7e]+", value.get_secret_value()):
            raise ValueError("a key is of ASCII letters, digits and signs, without spaces")
        return value

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
            # The address may hold a password, and the key is one: neither is repeated.
            given = "not usable" if name in ("writer_url", "writer_key") else repr(first["input"])
            raise SettingsError(f"setting {name!r} is {given}: {first['msg']}") from None
        if self.writer_url is not None and self.writer_model is None:
            raise SettingsError("RAG_WRITER_URL is set without RAG_WRITER_MODEL: name the model, or unset the address")
        if self.writer_url is None and "writer_url" not in self.model_fields_set:  # an empty one is meant to be none
            half = [name for name in ("writer_model", "writer_key") if getattr(self, name) is not None]
            if half:
                name = _PREFIX + half[0].upper()
                raise SettingsError(f"{name} is set without RAG_WRITER_URL: give the server's address, or unset {name}")


def _base_address(value: str) -> str:
    """The address that ``/chat/completions`` is appended to; ``/v1`` is added where there is no path.

    One that is nothing else but that path stays as it is: what is left of it without would be read as one without path.
    """
    example = "give one like 'http://127.0.0.1:11434/v1'"
    if re.search(r"[^\x21-\x7e]", value):
        raise ValueError(f"an address has no spaces or letters outside ASCII; {example}")
    parts = urlsplit(value)  # a port that is no number raises ValueError, too
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError(f"this is no http or https address with a host; {example}")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"an address has no user, password, query or fragment; set RAG_WRITER_KEY, and {example}")
    try:
        parts.hostname.encode("idna")
    except UnicodeError:
        raise ValueError(f"no host is called so: a part of its name is empty or too long; {example}") from None
    path = parts.path.rstrip("/")
    if path != _ENDPOINT:
        path = path.removesuffix(_ENDPOINT) or "/v1"
    return f"{parts.scheme}://{parts.netloc}{path}"
