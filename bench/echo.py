"""An echo by botbuilder's own adapter and by bare aiohttp, for comparison with our turns."""

from __future__ import annotations

from bench.harness import Bench, Figures

TURNS, WARM_UP = 300, 30


async def measure(bench: Bench) -> Figures:
    """The same client, the same neighbours, the same number of people."""
    figures: Figures = {}
    env = bench.environment("")
    for mode in ("stock", "bare"):
        command = ("-m", "bench.echo_server", mode)
        async with bench.serving(command, env) as server:
            await bench.post(server, [bench.activity(n) for n in range(WARM_UP)])
            result = await bench.post(server, [bench.activity(n % 200) for n in range(TURNS)])
        figures |= {
            f"echo.{mode}.cpu_ms": result.cpu_ms,
            f"echo.{mode}.p50_ms": result.percentile(50),
            f"echo.{mode}.p99_ms": result.percentile(99),
        }
    return figures
