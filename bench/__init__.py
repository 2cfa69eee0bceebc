"""Measuring: a made-up district of a chosen size, and what pages, questions and moves cost on it."""
