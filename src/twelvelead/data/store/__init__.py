"""The signal store: each record's bytes read once into one memory-mapped array, a table and a manifest."""

from twelvelead.data.store.location import store_folder
from twelvelead.data.store.prepare import PrepareResult, open_or_prepare, prepare
from twelvelead.data.store.signal_store import SignalStore

__all__ = ["PrepareResult", "SignalStore", "open_or_prepare", "prepare", "store_folder"]
