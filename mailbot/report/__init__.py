"""Figures of a desk for a period (D22): read from the store, counted, and put into words or JSON."""
