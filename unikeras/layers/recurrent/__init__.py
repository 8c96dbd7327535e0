"""Recurrent layers: cells, which do one step, and the layers that go over sequences with them."""
