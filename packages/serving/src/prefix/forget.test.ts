import { expect, test } from "vitest";
import { createArrivingRequest } from "../requests/arriving-request.ts";
import { RequestSlots } from "../requests/request-slots.ts";
import { Chains } from "./chains.ts";
import { HostTier } from "./host-tier.ts";
import { PrefixCache } from "./prefix-cache.ts";

test("what is lost is found by none, on the GPUs or the host, its listener hears of each block, and all room is free", () => {
  const requests = new RequestSlots();
  const known = new Set<string>();
  const host = new HostTier({ blocks: 10, transferNs: (blocks) => blocks, latencyNs: 1 });
  const cache = new PrefixCache(6, 4, new Chains(requests, 4), host, {
    gained: (high, low) => known.add(`${high} ${low}`),
    lost: (high, low) => known.delete(`${high} ${low}`),
  });
  const comes = (promptTokens: number) => requests.take({ ...createArrivingRequest(), promptTokens });
  const [first, second] = [comes(17), comes(13)];
  for (const [slot, blocks] of [
    [first, 4],
    [second, 3],
  ] as const) {
    cache.take(blocks);
    cache.leave(slot, blocks, 0, blocks); // the second makes one of the first's go to the host
  }
  expect([cache.kept, host.kept, known.size]).toEqual([6, 1, 6]);
  expect(cache.find(first, 17)).toMatchObject({ blocks: 3, unheld: 3, onHost: 1 });
  cache.forget();
  expect([cache.kept, host.kept, known.size, cache.free]).toEqual([0, 0, 0, 6]);
  for (const slot of [first, second]) expect(cache.find(slot, 17)).toMatchObject({ blocks: 0, unheld: 0, onHost: 0 });
});
