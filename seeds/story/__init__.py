"""The demo story: about 3,000 invented cases over the last twelve weeks, told only through `execute()`."""
