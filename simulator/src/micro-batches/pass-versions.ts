import type { Pass } from "@tokenyard/model";
import type { Stream, Streams } from "@tokenyard/random";
import type { Draws, PassVersion } from "./draws.ts";

/** Passes with the same rows that differ. */
export const VERSIONS = 32;

/**
 * Whole passes that come again: with the same rows of each data group, in the same phase, a pass is one of a few, any as likely. Each draws from streams of its
 * own, so that it is the same whoever needs it first. Source: docs/models.md#sampled-routing.
 */
export class PassVersions {
  readonly #streams: Streams;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  /** One for `pass`, chosen by the stream of its micro-batch. */
  choose({ rows, phase }: Pass, { routing, guesses, fates }: Draws): Draws {
    const number = Math.floor(routing.next() * VERSIONS);
    return new DrawsOfVersion(this.#streams, { key: `${phase}/${rows.join()}/${number}`, number }, guesses, fates !== undefined);
  }
}

/** Streams are made when something is drawn: most passes have come before. */
class DrawsOfVersion implements Draws {
  readonly version: PassVersion;
  readonly guesses: Stream | undefined;
  readonly #streams: Streams;
  readonly #tellsFates: boolean;
  #routing: Stream | undefined;
  #overflow: Stream | undefined;
  #fates: Stream | undefined;

  constructor(streams: Streams, version: PassVersion, guesses: Stream | undefined, tellsFates: boolean) {
    this.#streams = streams;
    this.version = version;
    this.guesses = guesses;
    this.#tellsFates = tellsFates;
  }

  get routing(): Stream {
    this.#routing ??= this.#streams.fresh(`routing/sampled/pass/${this.version.key}`);
    return this.#routing;
  }

  get overflow(): Stream {
    this.#overflow ??= this.#streams.fresh(`overflow/sampled/pass/${this.version.key}`);
    return this.#overflow;
  }

  get fates(): Stream | undefined {
    if (this.#tellsFates) this.#fates ??= this.#streams.fresh(`fates/sampled/pass/${this.version.key}`);
    return this.#fates;
  }
}
