"""Benchmarks: `make bench` prints a table of figures and writes them to `var/bench.json`.

One module a subject, each with `async def measure(bench)` that yields figures by name. No figure
is a test: machines differ. Everything is on loopback, in processes and folders of its own.
"""
