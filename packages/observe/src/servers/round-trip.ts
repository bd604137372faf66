import type { Clock } from "../clock.ts";
import type { Server } from "./server.ts";

const COUNT = 11;
/** Between two of them, so that each comes to a server that waits, as a request does. */
const PAUSE_MS = 20;

/** Median nanoseconds of a request that costs `server` almost nothing: the time that client and network add to each request. Null if it does not answer. */
export async function roundTrip(server: Server, clock: Clock, signal: AbortSignal): Promise<number | null> {
  const took: number[] = [];
  for (let i = 0; i < COUNT && !signal.aborted; i++) {
    const begin = clock();
    const { status } = await server.get("models");
    if (status !== 200) return null;
    took.push(clock() - begin);
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
  return took.sort((a, b) => a - b)[took.length >> 1] ?? null;
}
