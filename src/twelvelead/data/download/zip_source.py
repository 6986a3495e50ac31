"""Files of a data set in a zip, as PhysioNet offers one: all in one folder with a long name.

A zip may come from anywhere: members are only looked at by the names that SHA256SUMS.txt lists, one that holds a path
leading outside or a symbolic link is refused whole, and no member may be larger than such a file can be.
"""

import stat
import zipfile
import zlib
from collections.abc import Generator
from pathlib import Path

from twelvelead.data.download.rules import MANIFEST_FILE, largest_bytes
from twelvelead.data.download.source import CHUNK_BYTES
from twelvelead.data.metadata import check_record_path
from twelvelead.errors import DataError

__all__ = ["ZipSource"]

METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
ENCRYPTED = 1


class ZipSource:
    """A zip file that holds SHA256SUMS.txt, at its top or in one folder.

    Args:
        path: the zip file.

    Raises:
        DataError: it is no whole zip file, or one of its members is refused.
    """

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.release: str | None = None
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise DataError(
                f"{path} cannot be read as a zip file ({error}); a download that broke off must be fetched again."
            ) from error
        try:
            self._members = {member.filename: member for member in self._zip.infolist()}
            for member in self._members.values():
                _check_member(member, path)
            self._top = _top_folder(self._members, path)
        except DataError:
            self._zip.close()
            raise

    def chunks(self, path: str) -> Generator[bytes]:
        """The bytes of the member for `path`.

        Raises:
            DataError: it is not there, is encrypted, packed in another way than deflate, too large, or damaged.
        """
        member = self._members.get(self._top + path)
        if member is None:
            raise DataError(f"{self.name} has no {self._top}{path}; get the zip of the whole data set.")
        _require_readable(member, largest_bytes(path), self.name)
        try:
            with self._zip.open(member) as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
            raise DataError(f"{self.name}: {member.filename} is damaged ({error}); get the zip again.") from error

    def close(self) -> None:
        """Close the file."""
        self._zip.close()


def _check_member(member: zipfile.ZipInfo, path: Path) -> None:
    try:
        # `filename` ends at a NUL and has the slashes of this system; what the archive says is in `orig_filename`.
        check_record_path(member.orig_filename)
    except DataError as error:
        raise DataError(f"{path} is refused: {error}; get the zip again from PhysioNet.") from None
    if stat.S_ISLNK(member.external_attr >> 16):
        raise DataError(f"{path} is refused: {member.filename} is a symbolic link, which no zip of PTB-XL has.")


def _top_folder(names: dict[str, zipfile.ZipInfo], path: Path) -> str:
    """What stands before the data set's own paths: nothing, or a folder with a slash."""
    found = [name for name in names if name.rpartition("/")[2] == MANIFEST_FILE]
    tops = sorted((name.removesuffix(MANIFEST_FILE) for name in found), key=lambda top: top.count("/"))
    if not tops:
        raise DataError(f"{path} holds no {MANIFEST_FILE}, by which every file is checked; get PhysioNet's own zip.")
    if len(tops) > 1 and tops[0].count("/") == tops[1].count("/"):
        raise DataError(f"{path} holds several data sets ({tops[0]}, {tops[1]}); unpack it and name one with --from.")
    return tops[0]


def _require_readable(member: zipfile.ZipInfo, largest: int, name: str) -> None:
    if member.flag_bits & ENCRYPTED:
        raise DataError(f"{name}: {member.filename} is encrypted; unpack the zip and give the folder.")
    if member.compress_type not in METHODS:
        raise DataError(
            f"{name}: {member.filename} is packed by method {member.compress_type}; allowed are stored and deflated: "
            "unpack the zip and give the folder."
        )
    if member.file_size > largest:
        raise DataError(
            f"{name} is refused: {member.filename} would have {member.file_size:,} bytes; allowed are {largest:,}."
        )
