"""Files: records, messages, parsing, file systems."""
