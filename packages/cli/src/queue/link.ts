import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { QueueAddress } from "./address.ts";
import { connected, loaded, type OnLink } from "./connection.ts";
import { Keys, PREFIX } from "./keys.ts";

/** Events that the server remembers of a queue: none reads them. */
const EVENTS = 100;

/** Connection to a queue. */
export interface Link {
  readonly redis: Redis;
  readonly queue: Queue;
  readonly keys: Keys;
  /** Another connection, for blocking calls. */
  another(): Redis;
  close(): Promise<void>;
}

/** Opens a queue for the jobs of one version of the models. Throws BadInput where that cannot be. */
export async function openLink(address: QueueAddress, version: string | undefined, onLink?: OnLink): Promise<Link> {
  const redis = await connected(address, onLink);
  const { Queue: BullQueue } = await loaded(() => import("bullmq"), address);
  const keys = new Keys(version);
  const queue = new BullQueue(keys.queue, { connection: redis, prefix: PREFIX, streams: { events: { maxLen: EVENTS } } });
  queue.on("error", () => {}); // reported by the connection
  const others: Redis[] = [];
  return {
    redis,
    queue,
    keys,
    another() {
      const other = redis.duplicate();
      other.on("error", () => {});
      others.push(other);
      return other;
    },
    async close() {
      await queue.close().catch(() => {});
      for (const each of [...others, redis]) each.disconnect();
    },
  };
}
