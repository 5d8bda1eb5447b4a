"""Benchmarks: each door against its ceiling, measured in the same run under the same server."""
