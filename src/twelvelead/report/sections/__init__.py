"""The sections of a report, one file each: what was gathered of a run in, a `Section` out, None where it has nothing."""
