"""One person's data on request (D24): found, written out, erased."""
