import type { Redis } from "ioredis";
import * as z from "zod";
import { PREFIX } from "./keys.ts";

/** Seconds of silence after which a participant counts as gone, by the server's clock: those of machines may differ. */
const GONE_SECONDS = 20;
export const REPORT_MS = 5_000;

const LARGEST_ENTRY = 10_000;
const count = z.number().min(0);

/** Report of a worker process about itself. */
export const workerSchema = z.strictObject({
  id: z.string().max(100),
  version: z.string().max(100),
  host: z.string().max(300),
  pid: count,
  threads: count,
  /** Jobs under way. */
  busy: count,
  jobs: count,
  points: count,
  failed: count,
  coreSeconds: count,
  /** Since it came. */
  seconds: count,
});
export type WorkerEntry = z.infer<typeof workerSchema>;

/** Report of a command about its study. */
export const studySchema = z.strictObject({
  id: z.string().max(100),
  version: z.string().max(100),
  host: z.string().max(300),
  pid: count,
  title: z.string().max(300),
  /** Points that have ended, and those of which the queue knows. */
  ended: count,
  asked: count,
  seconds: count,
});
export type StudyEntry = z.infer<typeof studySchema>;

/** Participants of a queue, of all versions. */
export class Registry<Entry extends { readonly id: string }> {
  readonly #redis: Redis;
  readonly #schema: z.ZodType<Entry>;
  readonly #list: string;

  constructor(redis: Redis, kind: "worker" | "study", schema: z.ZodType<Entry>) {
    this.#redis = redis;
    this.#schema = schema;
    this.#list = `${PREFIX}:there:${kind}`;
  }

  async write(entry: Entry): Promise<void> {
    const now = await this.#seconds();
    await this.#redis
      .multi()
      .zadd(this.#list, now, entry.id)
      .set(this.#key(entry.id), JSON.stringify(entry), "EX", GONE_SECONDS)
      .zremrangebyscore(this.#list, 0, now - 2 * GONE_SECONDS)
      .exec();
  }

  async forget(id: string): Promise<void> {
    await this.#redis.multi().zrem(this.#list, id).del(this.#key(id)).exec();
  }

  /** All participants by id. Other content is ignored. */
  async all(): Promise<Entry[]> {
    const ids = await this.#redis.zrangebyscore(this.#list, (await this.#seconds()) - GONE_SECONDS, "+inf");
    if (ids.length === 0) return [];
    const texts = await this.#redis.mget(ids.sort().map((id) => this.#key(id)));
    return texts.flatMap((text) => {
      if (text === null || text.length > LARGEST_ENTRY) return [];
      try {
        return [this.#schema.parse(JSON.parse(text))];
      } catch {
        return [];
      }
    });
  }

  #key(id: string): string {
    return `${this.#list}:${id}`;
  }

  async #seconds(): Promise<number> {
    const [seconds] = await this.#redis.time();
    return Number(seconds);
  }
}
