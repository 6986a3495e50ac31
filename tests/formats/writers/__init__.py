"""Writers of each file format, for tests: a known ECG in, bytes out; made from the standards, not from the readers."""
