import { ChunkRunner, type PointChunk } from "./point-chunk.ts";

const runner = new ChunkRunner();

/** What a worker thread does with some points. */
export default function work(chunk: PointChunk): Promise<string | undefined> {
  return runner.run(chunk);
}
