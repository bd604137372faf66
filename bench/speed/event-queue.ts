import { Engine } from "@tokenyard/engine";
import { exponential, type Stream, Streams } from "@tokenyard/random";
import { bestSeconds, type Effort } from "./best.ts";
import { type Row, rate } from "./row.ts";

const PENDING = 10_000;
const HOLDS = 10_000; // in one call

/** The hold model: take the next event, schedule another some time after it, with 10,000 pending. */
export async function eventQueue(effort: Effort): Promise<Row[]> {
  const gaps = gapsOf(new Streams(1).stream("gaps"));
  const engine = new Engine<number>(() => 0);
  for (let i = 0; i < PENDING; i++) engine.schedule(gaps[i]!, i);
  const seconds = await bestSeconds(() => {
    for (let i = 0; i < HOLDS; i++) {
      const event = engine.next()!;
      engine.schedule(engine.nowNs + gaps[i]!, event);
    }
  }, effort);
  return [
    {
      what: `event queue, hold model with ${PENDING.toLocaleString("en")} pending`,
      value: rate(HOLDS / seconds, "events"),
    },
  ];
}

function gapsOf(stream: Stream): Float64Array {
  return Float64Array.from({ length: Math.max(PENDING, HOLDS) }, () => Math.ceil(exponential(stream, 1e6)));
}
