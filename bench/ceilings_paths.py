"""The addresses of the ceilings, also for who asks without Django."""

READ, WRITE = "/bench/read/", "/bench/write/"
