"""What can go wrong between here and a model's server, in a line each, with what mends it.

Nothing that a server says about itself is passed on: an error page may repeat the key that was sent to it.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from http import HTTPStatus

from rag.errors import WriterError

GENERAL = "see that RAG_WRITER_URL is right and its server runs, or unset all RAG_WRITER_ variables"
ENVIRONMENT = "mend HTTP_PROXY, HTTPS_PROXY, ALL_PROXY or SSL_CERT_FILE, or unset all RAG_WRITER_ variables"
TOO_LONG = f"took too long: use a smaller model, or {GENERAL}"
"""Behind "the writer's server"."""

_KEY = "see that RAG_WRITER_KEY is set and right, and may use this model"
_NAME = "see that RAG_WRITER_MODEL is a model of its server, and that RAG_WRITER_URL is right, which mostly ends in /v1"
_SIZE = "its model may hold too little text: give it a context of 4,096 tokens, or see that RAG_WRITER_MODEL is right"
_LIMIT = "wait a while, or see what RAG_WRITER_KEY may still ask for"
_LOADING = "its model may still be loading: ask again in a minute, or see what its server says in its log"
_TROUBLE = "see what its server says in its log, ask again later, or use a smaller model"
_REMEDIES = {
    400: _SIZE, 401: _KEY, 402: _LIMIT, 403: _KEY, 404: _NAME, 405: _NAME, 413: _SIZE, 422: _SIZE, 429: _LIMIT,
    503: _LOADING,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a server was asked in vain.

    Attributes:
        problem: what it does or did, to be read behind "the writer's server".
        remedy: what to do about it.
        again: whether asking again may help.
        status: of its response, or None where there was none.
        pause: the seconds after which it wants to be asked again, as it wrote them, or None.
    """

    problem: str
    remedy: str
    again: bool = False
    status: int | None = None
    pause: str | None = None

    def told(self) -> WriterError:
        """The failure as an error."""
        return WriterError(f"the writer's server {self.problem}: {self.remedy}")


def of_status(status: int, pause: str | None) -> Failure:
    """What a response without an answer means.

    Args:
        status: of the response; anything but 200.
        pause: what the server says in ``Retry-After``.
    """
    try:
        named = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        named = str(status)
    remedy = _REMEDIES.get(status, _TROUBLE if status >= 500 else GENERAL)
    again = status == HTTPStatus.TOO_MANY_REQUESTS or status >= 500
    return Failure(f"answers {named}", remedy, again, status, pause)


def of_error(error: Exception, url: str, silence: float) -> Failure | None:
    """What an error means that was met before there was a response; None where it is a bug.

    Args:
        error: as httpx or the system raised it.
        url: what was asked.
        silence: the seconds that were waited for a piece.
    """
    import httpx

    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | UnicodeError):
        return Failure(f"cannot be asked at {url}", "give RAG_WRITER_URL an address like 'http://127.0.0.1:11434/v1'")
    if isinstance(error, httpx.ProxyError):
        return Failure("cannot be reached through the proxy that the environment names", ENVIRONMENT)
    if isinstance(error, httpx.ConnectError) and (cause := _of_encryption(error)) is not None:
        return _unsafe(cause)
    if isinstance(error, httpx.NetworkError | httpx.ConnectTimeout | httpx.RemoteProtocolError):
        return Failure(f"cannot be reached at {url}", GENERAL, again=True)
    return of_break(error, silence)


def of_break(error: Exception, silence: float) -> Failure | None:
    """What an error means that was met in the middle of a response; takes and gives what ``of_error`` does."""
    import httpx

    if isinstance(error, httpx.TimeoutException):
        return Failure(f"sent nothing for {silence:g} seconds", f"use a smaller model, or {GENERAL}")
    if isinstance(error, httpx.HTTPError | httpx.StreamError):
        return Failure("broke off in the middle", GENERAL)
    return None


def _of_encryption(error: BaseException | None) -> ssl.SSLError | None:
    """The error of encryption that another one comes from."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _unsafe(cause: ssl.SSLError) -> Failure:
    if isinstance(cause, ssl.SSLCertVerificationError):
        remedy = "see that RAG_WRITER_URL is right, or let SSL_CERT_FILE name a file with the certificate behind it"
        return Failure("has a certificate that cannot be checked", remedy)
    return Failure("does not speak https as it should", "see whether RAG_WRITER_URL begins with http:// instead")
