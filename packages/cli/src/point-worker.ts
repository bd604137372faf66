import { workerData } from "node:worker_threads";
import { piecesBeside } from "./files-beside.ts";
import { ChunkRunner, type PointChunk } from "./point-chunk.ts";

/** What a worker thread is told when it starts. */
export interface PointWorkerData {
  /** The file that the scenarios are of. */
  readonly scenarioFile: string;
}

const runner = new ChunkRunner(piecesBeside((workerData as PointWorkerData).scenarioFile));

/** What a worker thread does with some points. */
export default function work(chunk: PointChunk): Promise<string | undefined> {
  return runner.run(chunk);
}
