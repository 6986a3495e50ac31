"""Getting PTB-XL: from PhysioNet, a mirror, a zip or a folder into a folder, every file checked by its SHA-256.

manifest.py       SHA256SUMS.txt in, checked paths and hashes out
rules.py          the only paths that are ever written, and how large each may be
source.py         what a source of files is; http_source.py, folder_source.py, zip_source.py are the three
fetch.py          one file: fetched, checked, renamed into place
pool.py           several at a time
journal.py        files found right, so that a second call need not read them again
meter.py          bytes done and to do
release_list.py   SHA256SUMS.txt of a release, kept for the next call
space.py          free disk
download.py       all of it together

`requests` does HTTP: proxies, TLS, kept connections, redirects. The rest is here rather than from `pooch`, which also
builds on `requests` but tries a missing file (404) as often as a broken connection, knows no Retry-After, sleeps where
Ctrl-C cannot reach, leaves a killed download's temporary files, and has no progress over all files. Files are small
(the largest has a few megabytes), so a broken one is fetched anew and no server needs to know ranges.
"""

from twelvelead.data.download.download import DownloadResult, download
from twelvelead.data.download.source import Patience

__all__ = ["DownloadResult", "Patience", "download"]
