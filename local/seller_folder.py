"""A seller folder: what a seller hands over, checked in full before a run begins.

A fault here stops the run (exit status 2), so each is told in one line that names the file, the line or key, and the mend. Faults
are what makes the *folder* unusable: settings, names, files that cannot be read to their end or whose kind nobody knows. Damaged
content of a known kind is no fault: the run goes on and says which source it cost.
"""

import gzip
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from goodstanding.contracts.seller import SellerSettings
from goodstanding.contracts.seller_yaml import SettingsFault, read_settings
from goodstanding.core.marketplaces import Marketplace, by_country
from goodstanding.core.report_types import ReportType
from goodstanding.core.reports.recognise import recognise

GZIP_MAGIC = b"\x1f\x8b"
HEAD_SIZE = 65_536  # bytes of content that tell the kind of a file
_CHUNK = 1 << 20

_SETTINGS = "seller.yaml"
_MAIL = "mail"
_NOTIFICATIONS = "notifications"
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})  # as hidden as .DS_Store, in another system's way
_KINDS = "performance V2 or V1, feedback, All Orders, FBA shipments, FBA or MFN returns, Data Kiosk seller analytics"


class BadInput(Exception):
    """Input that stops a run before it begins. The message is one line: the file, the line or key, the mend."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One downloaded report and its kind, told by its content."""

    path: Path
    report_type: ReportType


@dataclass(frozen=True, slots=True)
class SellerFolder:
    """A checked folder. `files` has an entry for each marketplace; `mail` is None when no mailbox was handed over."""

    path: Path
    settings: SellerSettings
    files: Mapping[Marketplace, tuple[ReportFile, ...]]
    mail: tuple[Path, ...] | None
    notifications: tuple[Path, ...]

    @property
    def seller_id(self) -> str:
        """Amazon's id of the seller."""
        return self.settings.seller_id

    @property
    def marketplaces(self) -> tuple[Marketplace, ...]:
        """In the order of `seller.yaml`."""
        return tuple(self.files)

    @property
    def language(self) -> str:
        """Of alerts and reports: de or en."""
        return self.settings.language


def load_all(folders: Iterable[Path]) -> tuple[SellerFolder, ...]:
    """Load the folders of one run. Raises BadInput for the first fault, and when two folders are of one seller."""
    loaded: dict[str, SellerFolder] = {}
    for path in folders:
        folder = load(path)
        other = loaded.setdefault(folder.seller_id, folder)
        if other is not folder:
            raise BadInput(
                f"{path / _SETTINGS}: seller_id: {folder.seller_id} is also the seller of {other.path}; "
                "merge the two folders or run them one at a time"
            )
    return tuple(loaded.values())


def load(folder: Path) -> SellerFolder:
    """Load one folder. Reads every compressed file to its end; holds no file in memory. Raises BadInput for the first fault."""
    settings = _settings(folder)
    files: dict[Marketplace, tuple[ReportFile, ...]] = {by_country(code): () for code in settings.marketplaces}
    mail: tuple[Path, ...] | None = None
    notifications: tuple[Path, ...] = ()
    for entry in _entries(folder):
        if entry.name == _SETTINGS:
            continue
        if not entry.is_dir():
            raise BadInput(
                f"{entry}: does not belong here; move it into the folder of its marketplace (such as DE) or away"
            )
        match entry.name.casefold():
            case "mail":
                mail = _readable(entry, ".eml")
            case "notifications":
                notifications = _readable(entry, ".json")
            case _:
                marketplace = _marketplace_of(entry, files)
                files[marketplace] += tuple(_report_files(entry))
    return SellerFolder(folder, settings, files, mail, notifications)


def open_content(path: Path) -> Generator[bytes]:
    """The content of a report file in chunks, decompressed when it is gzip. Raises OSError, EOFError or zlib.error."""
    with path.open("rb") as raw:
        packed = raw.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        raw.seek(0)
        with gzip.open(raw) if packed else raw as content:
            while chunk := content.read(_CHUNK):
                yield chunk


def _settings(folder: Path) -> SellerSettings:
    if not folder.exists():
        raise BadInput(f"{folder}: no such folder; name a folder that holds {_SETTINGS}")
    if not folder.is_dir():
        raise BadInput(f"{folder}: is a file; name the folder that holds {_SETTINGS}")
    path = folder / _SETTINGS
    try:
        return read_settings(path.read_text(encoding="utf-8-sig"), SellerSettings)
    except FileNotFoundError:
        hint = (
            f"rename seller.yml to {_SETTINGS}"
            if (folder / "seller.yml").exists()
            else "write one with seller_id and marketplaces"
        )
        raise BadInput(f"{path}: is missing; {hint}") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror}); check the file and its permissions") from None
    except SettingsFault as fault:
        raise BadInput(f"{path}: {fault}") from None


def _entries(folder: Path) -> Sequence[Path]:
    """What lies in a folder and is not hidden, in the order of names."""
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        raise BadInput(f"{folder}: cannot be read ({error.strerror}); check the folder and its permissions") from None
    return [entry for entry in found if not entry.name.startswith(".") and entry.name.casefold() not in _SYSTEM_FILES]


def _marketplace_of(folder: Path, listed: Mapping[Marketplace, object]) -> Marketplace:
    try:
        marketplace = by_country(folder.name)
    except KeyError:
        raise BadInput(
            f"{folder}: is no marketplace; name it after one of seller.yaml ({_countries(listed)}), {_MAIL} or {_NOTIFICATIONS}"
        ) from None
    if marketplace not in listed:
        raise BadInput(
            f"{folder}: {marketplace.country} is not in marketplaces of {_SETTINGS} ({_countries(listed)}); "
            "add it there or take the folder away"
        )
    return marketplace


def _countries(listed: Mapping[Marketplace, object]) -> str:
    return ", ".join(marketplace.country for marketplace in listed)


def _report_files(folder: Path) -> Iterator[ReportFile]:
    for path in _entries(folder):
        if path.is_dir():
            raise BadInput(f"{path}: is a folder inside a marketplace's folder; move its files up")
        if not path.is_file():
            raise BadInput(f"{path}: is no ordinary file; take it away")
        report_type = recognise(_head(path))
        if report_type is None:
            raise BadInput(f"{path}: is of no known kind ({_KINDS}); take it away or download it again")
        yield ReportFile(path, report_type)


def _head(path: Path) -> bytes:
    """The beginning of the content. A compressed file is read to its end, for only there it shows that it is whole."""
    head = b""
    packed = False
    try:
        with path.open("rb") as raw:
            packed = raw.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        with closing(open_content(path)) as chunks:
            for chunk in chunks:
                head = head or chunk[:HEAD_SIZE]
                if not packed:
                    break
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise BadInput(f"{path}: is a truncated or damaged gzip file; download it again") from None
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror}); check the file and its permissions") from None
    return head


def _readable(folder: Path, suffix: str) -> tuple[Path, ...]:
    """The files of a folder, each opened once: a run must not find out half-way that it may not read them."""
    found = tuple(_entries(folder))
    for path in found:
        if path.suffix.casefold() != suffix or not path.is_file():
            raise BadInput(f"{path}: is no {suffix} file; take it away or save it as {suffix}")
        try:
            with path.open("rb") as opened:
                opened.read(1)
        except OSError as error:
            raise BadInput(f"{path}: cannot be read ({error.strerror}); check the file and its permissions") from None
    return found
