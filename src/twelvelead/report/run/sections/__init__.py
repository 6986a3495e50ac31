"""The sections of a report, one file each: what was gathered of a run in, a `Section` or None out."""
