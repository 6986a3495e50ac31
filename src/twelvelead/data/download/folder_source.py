"""Files of a data set that already lies in a folder."""

from collections.abc import Generator
from pathlib import Path

from twelvelead.data.download.rules import MANIFEST_FILE
from twelvelead.data.download.source import CHUNK_BYTES
from twelvelead.errors import DataError

__all__ = ["FolderSource"]


class FolderSource:
    """A folder with SHA256SUMS.txt and what it lists.

    Args:
        folder: exists.
    """

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self.release: str | None = None
        self._folder = folder

    def chunks(self, path: str) -> Generator[bytes]:
        """The bytes of the file at `path`.

        Raises:
            DataError: it is not there or cannot be read.
        """
        file = self._folder / path
        if not file.is_file():  # a pipe or device would block
            hint = ""
            if path == MANIFEST_FILE:
                hint = ", by which every file is checked: give the folder of a whole download of PTB-XL"
            raise DataError(f"{self.name} has no {path}{hint}.")
        try:
            with file.open("rb") as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    yield chunk
        except OSError as error:
            raise DataError(f"{file} cannot be read: {error.strerror or error}.") from error

    def close(self) -> None:
        """Nothing is held open."""
