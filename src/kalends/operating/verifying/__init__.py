"""Recomputing what Kalends promises, over all data, by ways of its own. Nothing is changed."""
