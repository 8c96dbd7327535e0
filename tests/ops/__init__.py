"""Tests of ops, driven by the tables in `cases`."""
