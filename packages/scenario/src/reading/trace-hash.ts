import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { frozen } from "../frozen.ts";
import { Problems } from "../problems/problem.ts";
import { shorten } from "../problems/shorten.ts";
import type { Scenario } from "../schema/scenario.ts";

/** Bytes of the file at a path, in order; each call begins at the first. */
export type ReadPieces = (path: string) => Iterable<Uint8Array>;

/** `scenario` with the SHA-256 of its trace noted, so that its hash and its report say which file it was. Throws Problems where it is another. */
export function withTraceHash(scenario: Scenario, readPieces: ReadPieces): Scenario {
  const { workload } = scenario;
  if (workload.kind !== "trace") return scenario;
  const found = hashOfFile(workload.path, readPieces);
  if (workload.sha256 === found) return scenario;
  if (workload.sha256 !== undefined) {
    throw new Problems([
      {
        path: ["workload", "sha256"],
        given: workload.sha256,
        wanted: `${found}, that of ${shorten(workload.path)}; or the file that was meant`,
      },
    ]);
  }
  return frozen({ ...scenario, workload: { ...workload, sha256: found } });
}

function hashOfFile(path: string, readPieces: ReadPieces): string {
  const hash = sha256.create();
  try {
    for (const piece of readPieces(path)) hash.update(piece);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Problems([{ path: ["workload", "path"], given: shorten(path), wanted: `a file that can be read (${why})` }]);
  }
  return bytesToHex(hash.digest());
}
