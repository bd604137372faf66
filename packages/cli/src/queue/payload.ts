import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import * as z from "zod";

/** Points of a job, at most. */
export const MOST_POINTS = 1024;
/** Years of a point, at most. */
const MOST_YEARS = 1_000;
/** A job as text, in bytes: 4 MiB. */
export const LARGEST_JOB = 4 * 1024 * 1024;
/** A scenario as text, in bytes: 16 MiB. */
export const LARGEST_BASE = 16 * 1024 * 1024;
/** The rows of a job as text, in bytes: 512 MiB. */
export const LARGEST_ROWS = 512 * 1024 * 1024;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const parameters = z.record(z.string().max(1_000), z.json());

const amount = z.number().min(0);

const yearsSchema = z.strictObject({
  from: z.int().min(0),
  count: z.int().min(1).max(MOST_YEARS),
  variants: z.boolean(),
  traffic: z.strictObject({ perSecond: amount, inFlight: amount }).nullable(),
});

/** A point as it travels. */
const sentPointSchema = z.strictObject({
  index: z.int().min(0),
  parameters,
  /** Sections of the scenario that are not those of the base; where there are none the parameters are yet to be set in it. */
  sections: z.record(z.string().max(100), z.json()).optional(),
  /** Sections of the base that the scenario has not. */
  without: z.array(z.string().max(100)).max(100).optional(),
  /** Years to simulate in place of a report. */
  years: yearsSchema.optional(),
  /** Limit beyond which the run is aborted. */
  limit: z.strictObject({ firstTokensNs: z.int().min(0), endNs: z.int().min(0) }).optional(),
  /** Whether its report has latencies whole. */
  distributions: z.literal(true).optional(),
});
export type SentPoint = z.infer<typeof sentPointSchema>;

export const jobSchema = z.strictObject({
  version: z.string().max(100),
  /** Hash of the scenario that the points are of. */
  base: hash,
  points: z.array(sentPointSchema).min(1).max(MOST_POINTS),
  /** Process that waits for the result. */
  asker: z.string().regex(/^[0-9a-f]{1,64}$/),
  /** Workers that it may crash before it is put aside. */
  crashes: z.int().min(1).max(100),
});
export type JobPayload = z.infer<typeof jobSchema>;

export const rowsSchema = z.strictObject({
  /** Time of the cores that ran them, in milliseconds. */
  coreMs: z.number().min(0),
  rows: z.array(
    z.discriminatedUnion("status", [
      z.strictObject({ index: z.int().min(0), parameters, status: z.literal("ok"), report: z.custom<object>(isMap) }),
      z.strictObject({ index: z.int().min(0), parameters, status: z.enum(["infeasible", "failed", "beaten"]), reason: z.string() }),
    ]),
  ),
});

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const zipped = promisify<Buffer, { level: number }, Buffer>(gzip);
const unzipped = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

/** `text`, smaller: reports say much again and again. */
export function packed(text: string): Promise<Buffer> {
  return zipped(Buffer.from(text), { level: 1 });
}

/** The text in `bytes`. Throws where it is longer than `largest` bytes, or nothing that `packed` gave. */
export async function unpacked(bytes: Buffer, largest: number): Promise<string> {
  return (await unzipped(bytes, { maxOutputLength: largest })).toString();
}
