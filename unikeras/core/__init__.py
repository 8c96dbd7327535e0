"""Tensors, variables, op dispatch, tapes, tracing, randomness: what everything else is built on."""
