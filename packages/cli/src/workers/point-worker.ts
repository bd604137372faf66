import { dirname } from "node:path";
import { workerData } from "node:worker_threads";
import { lawTables } from "../cache/law-tables.ts";
import { InFlightPoints } from "../runs/in-flight-points.ts";
import { ChunkRunner, type PointChunk } from "../runs/point-chunk.ts";
import { piecesBeside, piecesWithin } from "../scenarios/files-beside.ts";

/** Data that a worker thread gets at its start. */
export interface PointWorkerData {
  /** The file that the scenarios are of. */
  readonly scenarioFile: string;
  /** Whether nothing outside its folder may be read, because another person sends the points. */
  readonly isBounded: boolean;
  /** The folder of the cache; undefined: there is none. */
  readonly cache: string | undefined;
  /** Shared memory for its progress. */
  readonly underWay: SharedArrayBuffer;
}

const { scenarioFile, isBounded, cache, underWay } = workerData as PointWorkerData;
const pieces = isBounded ? piecesWithin(dirname(scenarioFile)) : piecesBeside(scenarioFile);
const runner = new ChunkRunner({ readPieces: pieces, lawTables: lawTables(cache) }, new InFlightPoints(underWay).take());

/** Runs the points of `chunk` in a worker thread. */
export default function work(chunk: PointChunk): Promise<string | undefined> {
  return runner.run(chunk);
}
