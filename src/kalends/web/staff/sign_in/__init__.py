"""Signing in, out, and the second factor: allauth's views in our pages. Nobody signs up."""
