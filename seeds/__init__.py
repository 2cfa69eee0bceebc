"""Reference data as files, their reader and their loader. A district is a folder under `seeds/districts/`."""
