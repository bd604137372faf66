import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PointResult } from "@tokenyard/study";
import { type JobPayload, LARGEST_ROWS, packed, rowsSchema, unpacked } from "./payload.ts";

/** Bytes of packed rows above which they are sent by a file, if there is a folder for it: 4 MiB. */
const LARGEST_IN_QUEUE = 4 * 1024 * 1024;
/** Marker in place of rows that are in the file of that job. */
const IN_FILE = Buffer.from("file");

/** File for large rows of a job in a folder shared by clients and workers. */
function fileOf(folder: string, job: string): string {
  return join(folder, `.tokenyard-${job}.rows`);
}

/** Queue content for the rows of `job`, whose JSON is `text`: the rows, or a marker for a file in `folder`. */
export async function rowsOut(text: string, job: string, folder: string | undefined, largest = LARGEST_IN_QUEUE): Promise<Buffer> {
  if (text.length > LARGEST_ROWS) throw new RangeError(`the rows are larger than ${LARGEST_ROWS / 1024 / 1024} MiB`);
  const bytes = await packed(text);
  if (bytes.length <= largest || folder === undefined) return bytes;
  const path = fileOf(folder, job);
  const draft = `${path}.${process.pid}.draft`;
  try {
    await writeFile(draft, bytes);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  return IN_FILE;
}

/** The rows of `job` from the queue, or from a file in `folder`. Throws if they are not the requested ones. */
export async function rowsIn(
  bytes: Buffer,
  { id, payload: { points } }: { readonly id: string; readonly payload: JobPayload },
  folder: string,
): Promise<{ readonly rows: PointResult[]; readonly coreMs: number }> {
  const { rows, coreMs } = rowsSchema.parse(JSON.parse(await unpacked(await whole(bytes, id, folder), LARGEST_ROWS)));
  const isOther = (row: { readonly index: number }, i: number) => row.index !== points[i]!.index;
  if (rows.length !== points.length || rows.some(isOther)) throw new Error("they are of other points");
  return { rows: rows as unknown as PointResult[], coreMs };
}

async function whole(bytes: Buffer, job: string, folder: string): Promise<Buffer> {
  if (!bytes.equals(IN_FILE)) return bytes;
  const path = fileOf(folder, job);
  const found = await readFile(path).catch(() => undefined);
  if (found === undefined) throw new Error(`a worker put them into its --folder, and in ${folder} there is no ${path}`);
  await rm(path, { force: true });
  return found;
}
