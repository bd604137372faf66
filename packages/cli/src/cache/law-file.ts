import { createHash } from "node:crypto";
import { bytesOfNodes, type LawNodes, nodesOfBytes } from "@tokenyard/simulator";

/** Begins a file of this format. */
const MAGIC = Buffer.from("tokenyard law 1\n", "latin1");
/** Another machine may write numbers in another way. */
const MARK = Buffer.from(Float64Array.of(Math.PI).buffer);
const DIGEST_BYTES = 32;
const HEAD_BYTES = MAGIC.length + MARK.length + DIGEST_BYTES;

/** The file of a table. */
export function fileOfNodes(nodes: LawNodes): Buffer {
  const bytes = bytesOfNodes(nodes);
  return Buffer.concat([MAGIC, MARK, digestOf(bytes), bytes]);
}

/** Content of `file`; undefined if it is torn, or no such file. */
export function nodesOfFile(file: Buffer): LawNodes | undefined {
  if (file.length < HEAD_BYTES || !file.subarray(0, MAGIC.length + MARK.length).equals(Buffer.concat([MAGIC, MARK]))) return undefined;
  const bytes = file.subarray(HEAD_BYTES);
  return digestOf(bytes).equals(file.subarray(HEAD_BYTES - DIGEST_BYTES, HEAD_BYTES)) ? nodesOfBytes(bytes) : undefined;
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
