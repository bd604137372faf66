import { categorical, type Stream, type Streams } from "@tokenyard/random";
import type { ClassSpec, PrefixSpec } from "@tokenyard/scenario";
import type { ArrivingRequest } from "./arriving-request.ts";
import { type ArrivingLengths, type RequestLengths, requestLengths } from "./request-lengths.ts";
import { SharedPrefix } from "./shared-prefix.ts";

/** Lengths of a workload's requests, or classes with lengths of their own. */
export interface MixSpec extends ArrivingLengths {
  readonly prefix?: PrefixSpec | undefined;
  readonly classes?: readonly ClassSpec[] | undefined;
}

/**
 * Draws the classes and lengths of requests. The class comes from the stream `workload/classes`; each class draws its lengths from streams
 * with its name, so that one class may change without the others.
 */
export class RequestMix {
  readonly #lengths: readonly RequestLengths[];
  readonly #cumulativeShares: Float64Array;
  readonly #stream: Stream;
  /** [classes] system prompts that the requests of a class share. */
  readonly prefixes: readonly (SharedPrefix | undefined)[];

  constructor(spec: MixSpec, streams: Streams) {
    const { classes } = spec;
    this.#lengths = classes?.map((each) => requestLengths(each, streams, `workload/class/${each.name}`)) ?? [requestLengths(spec, streams)];
    this.#cumulativeShares = new Float64Array(this.#lengths.length);
    let sum = 0;
    for (let i = 0; i < this.#lengths.length; i++) {
      sum += classes?.[i]?.share ?? 1;
      this.#cumulativeShares[i] = sum;
    }
    this.#stream = streams.stream("workload/classes");
    let ids = 0;
    this.prefixes = (classes ?? [spec]).map(({ prefix }, i) => {
      if (prefix === undefined) return undefined;
      ids += prefix.groups;
      const under = classes === undefined ? "workload" : `workload/class/${classes[i]!.name}`;
      return new SharedPrefix(prefix, ids - prefix.groups, streams.stream(`${under}/prefix`));
    });
  }

  /** Index of the next one's class; nothing is drawn where there is one only. */
  drawClass(): number {
    return this.#lengths.length === 1 ? 0 : categorical(this.#stream, this.#cumulativeShares);
  }

  /** Writes a length of the class `classIndex` into `out`. */
  drawLengths(classIndex: number, out: ArrivingRequest): void {
    this.#lengths[classIndex]!.draw(out);
  }

  /** Writes the class of the next request, its lengths and the system prompt that it shares into `out`. */
  draw(out: ArrivingRequest): void {
    out.classIndex = this.drawClass();
    out.cachedTokens = 0;
    this.drawLengths(out.classIndex, out);
    out.prefix = undefined;
    this.prefixes[out.classIndex]?.put(out);
  }
}
