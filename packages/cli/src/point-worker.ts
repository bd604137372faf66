import { workerData } from "node:worker_threads";
import { piecesBeside } from "./files-beside.ts";
import { ChunkRunner, type PointChunk } from "./point-chunk.ts";
import { UnderWay } from "./under-way.ts";

/** What a worker thread is told when it starts. */
export interface PointWorkerData {
  /** The file that the scenarios are of. */
  readonly scenarioFile: string;
  /** Where it tells how far it is. */
  readonly underWay: SharedArrayBuffer;
}

const { scenarioFile, underWay } = workerData as PointWorkerData;
const runner = new ChunkRunner(piecesBeside(scenarioFile), new UnderWay(underWay).take());

/** What a worker thread does with some points. */
export default function work(chunk: PointChunk): Promise<string | undefined> {
  return runner.run(chunk);
}
