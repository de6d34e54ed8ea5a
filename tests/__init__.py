"""Tests: real models, real indexes, a real browser."""
