# SPDX-License-Identifier: AGPL-3.0-or-later
"""Agents who end one ticket after the other, and how soon each place that becomes free is taken."""

import asyncio
import json
import random
import time
from concurrent.futures import ThreadPoolExecutor

import websockets

PAUSE_S = 0.03
PATIENCE_S = 20


class _Ear:
    """Hears over one agent's socket which ticket each agent gets, and when."""

    def __init__(self, agents):
        self.given = {agent.id: asyncio.Queue() for agent in agents}

    async def listen(self, socket):
        async for text in socket:
            if '"ticket.updated"' not in text or '"assigned"' not in text:
                continue
            at = time.monotonic()
            ticket = json.loads(text)["data"]["ticket"]
            if ticket["status"] == "assigned" and ticket["assigned_to"]["id"] in self.given:
                self.given[ticket["assigned_to"]["id"]].put_nowait((at, ticket["id"]))


async def _work(agent, held, ear, pool, until):
    """Milliseconds from each answer that a ticket is resolved until the next one is there."""
    took = []
    while time.monotonic() < until:
        await asyncio.sleep(random.uniform(0, 2 * PAUSE_S))
        resolve = lambda: agent.put(
            f"/tickets/{held[0]}/status", {"status": "resolved"}, status=200
        )
        await asyncio.get_running_loop().run_in_executor(pool, resolve)
        freed = time.monotonic()
        at, ticket = await asyncio.wait_for(ear.given[agent.id].get(), PATIENCE_S)
        held[:] = held[1:] + [ticket]
        took.append(max(at - freed, 0) * 1000)
    return took


async def _measure(agents, held, seconds):
    ear = _Ear(agents)
    address = agents[0].url.replace("http", "ws", 1) + "/api/v1/live"
    headers = {"Authorization": f"Bearer {agents[0].token}"}
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(len(agents)) as pool:
        async with websockets.connect(
            address, extra_headers=headers, compression=None, max_size=None
        ) as socket:
            await socket.send('{"type": "hello"}')
            listening = asyncio.create_task(ear.listen(socket))
            work = [_work(agent, held[agent.id], ear, pool, until) for agent in agents]
            took = await asyncio.gather(*work)
            listening.cancel()
    return sum(took, [])


def measure(agents, held, seconds):
    """@held: the tickets of each agent, by id. All agents are full, and somebody waits."""
    return asyncio.run(_measure(agents, held, seconds))
