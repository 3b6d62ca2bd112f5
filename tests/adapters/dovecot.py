"""A real IMAP server for a test: Debian's Dovecot on a loopback port, unprivileged, in a directory of its own.

Any user may log in, with PASSWORD or OTHER_PASSWORD, and finds an empty mailbox. Mails are delivered as files of its Maildir, as a
mail server does it. A wrong password is answered at once: Dovecot would let each wait longer than the one before.
"""

import grp
import os
import pwd
import re
import shutil
import socket
import socketserver
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PASSWORD = "correct-horse"
OTHER_PASSWORD = "richtiges-pferd-äöü"
SENT = "Gesendete Entwürfe & mehr"
"""A name that IMAP writes in its own UTF-7: `Gesendete Entw&APw-rfe &- mehr`."""

_SENT_ON_DISK = ".Gesendete Entw&APw-rfe &- mehr"
_READY_WITHIN = 20.0
_CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
auth_failure_delay = 0
first_valid_uid = 1
last_valid_uid = 0
ssl = required
ssl_cert = <{home}/certificate.pem
ssl_key = <{home}/key.pem
mail_location = maildir:{home}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
passdb {{
  driver = static
  args = password={other_password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}/home/%u
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
"""


@dataclass
class Dovecot:
    """A server; `certificate` is the file of the one it proves itself by."""

    home: Path
    port: int
    account: pwd.struct_passwd
    names: Iterator[int] = field(default_factory=count)
    process: subprocess.Popen[bytes] | None = None

    @property
    def certificate(self) -> Path:
        """Nobody but the test trusts it."""
        return self.home / "certificate.pem"

    def start(self) -> None:
        """Return when it answers. Raises RuntimeError with its log if it never does."""
        command = [PROGRAM or "dovecot", "-F", "-c", str(self.home / "dovecot.conf")]
        other = self.account if os.geteuid() == 0 else None
        self.process = subprocess.Popen(  # noqa: S603 - a fixed command
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            user=other and other.pw_uid,
            group=other and other.pw_gid,
            extra_groups=[] if other else None,
        )
        for _ in range(int(_READY_WITHIN / 0.02)):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.02)
                break
        log = self.home / "log"
        self.stop()
        raise RuntimeError(log.read_text() if log.exists() else "Dovecot does not start and does not say why")

    def stop(self) -> None:
        """End it, with every connection to it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(_READY_WITHIN)
            self.process = None

    def deliver(self, user: str, mail: bytes, *, at: datetime, sent: bool = False) -> None:
        """A mail arrives."""
        folder = self._folder(user, sent=sent)
        name = f"{next(self.names):06}.test"
        (folder / "tmp" / name).write_bytes(mail)
        self._hand_over(folder / "tmp" / name)
        os.utime(folder / "tmp" / name, (at.timestamp(), at.timestamp()))
        (folder / "tmp" / name).rename(folder / "new" / name)

    def flags(self, user: str, *, sent: bool = False) -> list[tuple[str, str]]:
        """The directory of each mail and the flags in its name: a mail that nobody looked at stays in `new`, without any."""
        folder = self._folder(user, sent=sent)
        return [
            (place, path.name.partition(":2,")[2]) for place in ("new", "cur") for path in (folder / place).iterdir()
        ]

    def forget_uids(self, user: str) -> None:
        """Number the inbox's mails anew, as after a restored backup: another UIDVALIDITY, UIDs from 1."""
        self.stop()
        folder = self._folder(user, sent=False)
        numbers = folder / "dovecot-uidlist"
        head, *_ = numbers.read_text().splitlines()
        before = int(re.search(r"\bV(\d+)", head)[1])
        for path in folder.glob("dovecot*"):
            path.unlink()
        numbers.write_text(f"3 V{before + 1} N1\n")
        self._hand_over(numbers)
        self.start()

    def _folder(self, user: str, *, sent: bool) -> Path:
        root = self.home / "mail" / user
        folder = root / _SENT_ON_DISK if sent else root
        for place in (root / _SENT_ON_DISK, root):
            for part in ("tmp", "new", "cur"):
                (place / part).mkdir(parents=True, exist_ok=True)
                self._hand_over(place / part)
            self._hand_over(place)
        return folder

    def _hand_over(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)


@contextmanager
def running() -> Iterator[Dovecot]:
    """A server until the end of the block."""
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    with tempfile.TemporaryDirectory(prefix="imap-") as name, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = Dovecot(Path(name), free.getsockname()[1], account)
        free.close()
        _certify(server.home)
        configuration = _CONFIGURATION.format(
            home=name,
            port=server.port,
            password=PASSWORD,
            other_password=OTHER_PASSWORD,
            user=account.pw_name,
            group=grp.getgrgid(account.pw_gid).gr_name,
        )
        (server.home / "dovecot.conf").write_text(configuration)
        for path in (server.home, *server.home.iterdir()):
            server._hand_over(path)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _certify(home: Path) -> None:
    """A certificate for localhost that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    usage = dict.fromkeys(
        (
            *("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
            *("crl_sign", "encipher_only", "decipher_only"),
        ),
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    (home / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (home / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


class CuttingProxy(socketserver.ThreadingTCPServer):
    """Hands bytes on to a server, and breaks a connection off once so many came back through it."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, cut_after: int) -> None:
        super().__init__(("127.0.0.1", 0), _Relay)
        self.behind = port
        self.cut_after = cut_after
        self.cut = 0

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Relay(socketserver.BaseRequestHandler):
    server: CuttingProxy

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.behind)) as behind:
            there = threading.Thread(target=_hand_on, args=(self.request, behind, lambda passed: True), daemon=True)
            there.start()
            if not _hand_on(behind, self.request, lambda passed: passed < self.server.cut_after):
                self.server.cut += 1
            for side in (behind, self.request):
                with suppress(OSError):
                    side.shutdown(socket.SHUT_RDWR)
            there.join()


def _hand_on(source: socket.socket, target: socket.socket, may_pass: Callable[[int], bool]) -> bool:
    """Until the source ends (True) or enough has passed (False)."""
    passed = 0
    with suppress(OSError):
        while chunk := source.recv(4096):
            passed += len(chunk)
            if not may_pass(passed):
                return False
            target.sendall(chunk)
    return True


@contextmanager
def cutting(server: Dovecot, cut_after: int) -> Iterator[CuttingProxy]:
    """A proxy in front of a server until the end of the block."""
    with CuttingProxy(server.port, cut_after) as proxy, _served(proxy):
        yield proxy


def trusting(certificate: Path) -> ssl.SSLContext:
    """As the product verifies, but this certificate is believed."""
    return ssl.create_default_context(cafile=str(certificate))


class ScriptedServer(socketserver.ThreadingTCPServer):
    """Speaks TLS with a server's certificate, and then only what it was told to: `answers` by command; None says nothing at all.

    `*` lines are sent before the tagged answer; a command without an answer is answered with OK.
    """

    daemon_threads = True

    def __init__(self, server: Dovecot, greeting: str | None, answers: dict[str, tuple[str, ...]]) -> None:
        super().__init__(("127.0.0.1", 0), _Actor)
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(server.certificate, server.home / "key.pem")
        self.greeting = greeting
        self.answers = answers


class _Actor(socketserver.BaseRequestHandler):
    server: ScriptedServer

    def handle(self) -> None:
        with suppress(OSError), self.server.context.wrap_socket(self.request, server_side=True) as connection:
            if self.server.greeting is not None:
                connection.sendall(f"{self.server.greeting}\r\n".encode())
            for line in connection.makefile("rb"):
                tag, *words = line.decode().split()
                command = next(word for word in words if word.upper() != "UID").upper()
                *untagged, status = self.server.answers.get(command, ("OK done",))
                text = "".join(f"* {each}\r\n" for each in untagged) + f"{tag} {status}\r\n"
                connection.sendall(text.encode())


@contextmanager
def scripted(server: Dovecot, greeting: str | None, answers: dict[str, tuple[str, ...]]) -> Iterator[int]:
    """The port of such a server until the end of the block."""
    with ScriptedServer(server, greeting, answers) as actor, _served(actor):
        yield int(actor.server_address[1])


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
