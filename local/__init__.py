"""The workshop: embedded servers, supervisor, mail sink, browser. For trying and developing only.

Nothing in `apps/` or `config/` imports it, and no production image contains it (ADR-0002).
"""
