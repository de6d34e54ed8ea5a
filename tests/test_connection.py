"""The way to a model's server: past proxies or through them, encrypted or not; and what is told where it is barred."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import time
from contextlib import closing, nullcontext, suppress
from pathlib import Path

import pytest

from rag.connection import Connection, on_this_machine
from rag.errors import WriterError
from rag.writer import ChatWriter, Patience
from tests.scripted_server import said, says_nothing, sends, serving

QUICK = Patience(connect=30, silence=60, whole=120, tries=1)  # to give up; a busy machine may be slow
HERE = [
    "127.0.0.1",
    "127.0.0.2",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "localhost",
    "localhost.",
    "x.localhost",
]
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """One that says nothing of proxies and certificates yet."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


def asked(url: str, model: str = "m") -> str:
    return "".join(ChatWriter(url, model, "hunter2", QUICK)("Who is the keeper?", ()))


def failure(url: str) -> str:
    with pytest.raises(WriterError) as told:
        asked(url)
    assert "\n" not in str(told.value)
    assert "hunter2" not in str(told.value)
    return str(told.value)


@pytest.mark.parametrize("host", [*HERE, "LOCALHOST", "127.1", "0", "127.255.255.254"])
def test_a_server_on_this_machine_is_known_by_its_host(host: str) -> None:
    assert on_this_machine(host.strip("[]"))


@pytest.mark.parametrize(
    "host", ["models.example", "localhost.example", "192.168.0.7", "8.8.8.8", "::2", "", "128.0.0.1"]
)
def test_other_hosts_lie_outside(host: str) -> None:
    assert not on_this_machine(host)


@pytest.mark.parametrize("host", HERE)
def test_nothing_for_this_machine_goes_through_a_proxy(environment: pytest.MonkeyPatch, host: str) -> None:
    with serving([sends(said("Stolen."))]) as proxy, serving([sends(said("Nora."))]) as server:
        environment.setenv("http_proxy", proxy.url.removesuffix("/v1"))
        # Not every machine answers to each of these.
        with nullcontext() if host in ("127.0.0.1", "localhost") else suppress(WriterError):
            assert asked(server.url.replace("127.0.0.1", host)) == "Nora."
        assert proxy.bodies == []
        if host == "0.0.0.0":
            assert len(server.bodies) == 1


def test_a_proxy_is_used_for_what_lies_outside(environment: pytest.MonkeyPatch) -> None:
    with serving([sends(said("Nora."))]) as proxy:
        environment.setenv("http_proxy", proxy.url.removesuffix("/v1"))
        assert asked("http://models.example/v1") == "Nora."
        assert len(proxy.bodies) == 1


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1"),
        ("ALL_PROXY", "socks://me:hunter2@127.0.0.1:1"),
        ("HTTPS_PROXY", "http://[::1"),
        ("SSL_CERT_FILE", "/nowhere/hunter2.pem"),
    ],
)
def test_an_environment_that_cannot_be_used_is_told(environment: pytest.MonkeyPatch, variable: str, value: str) -> None:
    environment.setenv(variable, value)
    assert "mend HTTP_PROXY, HTTPS_PROXY, ALL_PROXY or SSL_CERT_FILE" in failure("http://models.example/v1")
    with serving([sends(said("Nora."))]) as server:
        assert asked(server.url) == "Nora."  # it is not needed here


def test_a_proxy_that_lets_nobody_through_is_told(environment: pytest.MonkeyPatch) -> None:
    with serving([sends(said("Nora."))]) as proxy:
        environment.setenv("HTTPS_PROXY", proxy.url.removesuffix("/v1"))
        assert "through the proxy" in failure("https://models.example/v1")


@pytest.mark.parametrize(
    "url", ["http://a..b/v1", f"http://{'a' * 64}/v1", "http://127.0.1/v1", "ftp://models.example", "v1"]
)
def test_an_address_that_is_none_is_told(url: str) -> None:
    assert "RAG_WRITER_URL" in failure(url)


def test_a_server_that_is_not_encrypted_is_told() -> None:
    with serving([sends(said("Nora."))]) as server:
        told = failure(server.url.replace("http://", "https://"))
    assert "does not speak https" in told
    assert "http://" in told


def test_a_certificate_that_nobody_vouches_for_is_told_and_can_be_vouched_for(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificate = own_certificate(tmp_path)
    encryption = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    encryption.load_cert_chain(certificate)
    with serving([sends(said("Nora."))], encryption) as server:
        assert "a certificate that cannot be checked: see that RAG_WRITER_URL is right, or let SSL_CERT" in failure(
            server.url
        )
        assert server.bodies == []
        environment.setenv("SSL_CERT_FILE", str(certificate))
        assert asked(server.url) == "Nora."


def own_certificate(folder: Path) -> Path:
    """A key and a certificate of this machine that it signed itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "here")])
    now = datetime.datetime.now(datetime.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + datetime.timedelta(days=1), [])
    certificate = made.add_extension(here, critical=False).sign(key, hashes.SHA256())
    file = folder / "here.pem"
    form = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.parametrize("encrypted", [False, True])
def test_who_hangs_up_before_there_is_an_answer_is_gone(
    environment: pytest.MonkeyPatch, tmp_path: Path, encrypted: bool
) -> None:
    encryption = None
    if encrypted:
        encryption = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        encryption.load_cert_chain(own_certificate(tmp_path))
        environment.setenv("SSL_CERT_FILE", str(tmp_path / "here.pem"))
    with (
        serving([says_nothing], encryption) as server,
        closing(Connection(server.url, {}, b"{}", 60, 120)) as connection,
    ):
        while not server.bodies:
            assert connection.head() is None
        connection.close()
        assert server.left.wait(60)


def test_no_more_is_read_than_is_wanted() -> None:
    with (
        serving([sends(b"word " * 20_000_000)]) as server,
        closing(Connection(server.url, {}, b"{}", 60, 120)) as connection,
    ):
        while connection.head() is None:
            pass
        time.sleep(0.5)
        pieces = connection.content()
        assert next(piece for piece in pieces if piece).startswith(b"word ")
        connection.close()
        assert server.left.wait(60)
