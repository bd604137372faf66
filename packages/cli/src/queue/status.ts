import * as z from "zod";
import type { Link } from "./link.ts";
import { Registry, type StudyEntry, studySchema, type WorkerEntry, workerSchema } from "./registry.ts";

/** A point that crashed so often that it is not run again. */
const asideSchema = z.strictObject({ base: z.string(), index: z.number(), parameters: z.record(z.string(), z.json()) });

/** State of a queue. */
export interface QueueStatus {
  /** Jobs of this version: those that wait, and those that workers have. */
  readonly waiting: number;
  readonly active: number;
  /** Workers of all versions. */
  readonly workers: readonly WorkerEntry[];
  readonly studies: readonly StudyEntry[];
  readonly aside: readonly z.infer<typeof asideSchema>[];
  /** Bytes on the server. */
  readonly memoryBytes: number;
}

const MOST_ASIDE = 1_000;

export async function queueStatus({ redis, queue, keys }: Link): Promise<QueueStatus> {
  const [counts, workers, studies, [, aside], memory] = await Promise.all([
    queue.getJobCounts("waiting", "active"),
    new Registry(redis, "worker", workerSchema).all(),
    new Registry(redis, "study", studySchema).all(),
    redis.hscan(keys.aside, 0, "COUNT", MOST_ASIDE),
    redis.info("memory"),
  ]);
  return {
    waiting: counts["waiting"] ?? 0,
    active: counts["active"] ?? 0,
    workers,
    studies,
    aside: aside.filter((_, i) => i % 2 === 1).flatMap((text) => entryOf(text)),
    memoryBytes: Number(/^used_memory:(\d+)/m.exec(memory)?.[1] ?? 0),
  };
}

function entryOf(text: string): z.infer<typeof asideSchema>[] {
  try {
    return [asideSchema.parse(JSON.parse(text))];
  } catch {
    return [];
  }
}
