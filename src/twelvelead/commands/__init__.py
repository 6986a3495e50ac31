"""What each command does, callable from Python; `twelvelead.cli` only parses and prints."""
