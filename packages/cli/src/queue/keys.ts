import { createHash } from "node:crypto";
import { VERSION } from "../terminal/version.ts";

/** Prefix of all keys on the server. */
export const PREFIX = "tokenyard";

/** Names of one version's data on the server. Versions share nothing but the lists of participants. */
export class Keys {
  readonly version: string;
  /** Name of the queue in BullMQ. */
  readonly queue: string;

  constructor(version = VERSION) {
    this.version = version;
    this.queue = `points-${version}`;
  }

  /** The job itself, as BullMQ keeps it. */
  job(id: string): string {
    return `${PREFIX}:${this.queue}:${id}`;
  }

  /** A base scenario by its hash. */
  base(hash: string): string {
    return `${PREFIX}-${this.version}:base:${hash}`;
  }

  /** Key of the rows of a job, until they are fetched. */
  rows(job: string): string {
    return `${PREFIX}-${this.version}:rows:${job}`;
  }

  /** The jobs of an asker that have ended. */
  ended(asker: string): string {
    return `${PREFIX}-${this.version}:ended:${asker}`;
  }

  /** Points that were put aside. */
  get aside(): string {
    return `${PREFIX}-${this.version}:aside`;
  }
}

/** SHA-256 of a text, hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
