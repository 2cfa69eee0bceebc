"""Documents computed from the program: `python -m docs.generate`."""
