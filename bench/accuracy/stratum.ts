import type { Fit } from "@tokenyard/scenario";
import { errorsOf } from "./errors.ts";
import { errorsCell, tableHead, tableLine } from "./page.ts";

/** Times foretold and measured of rows that no fit saw. */
export interface Foretold {
  readonly predicted: readonly number[];
  readonly measured: readonly number[];
}

/** One group of kernels: on held-out rows, and on unseen sizes where it has some. */
export interface Scored {
  readonly kind: Fit["kind"];
  readonly gpu: string;
  readonly precision: string;
  readonly heldOut: Foretold;
  readonly unseen: Foretold | undefined;
}

interface Stratum {
  readonly name: string;
  readonly wanted: string;
  holds(scored: Scored): boolean;
}

const isAttention =
  (...kinds: Fit["kind"][]) =>
  ({ kind, gpu }: Scored) =>
    kinds.includes(kind) && gpu !== "a100";

/** Sets of groups that are asked for together, and what is asked: median and 90th percentile. */
const STRATA: readonly Stratum[] = [
  { name: "matrix products in bf16", wanted: "8 / 22", holds: ({ kind, precision }) => kind === "linear" && precision === "bf16" },
  {
    name: "matrix products in fp8 and nvfp4",
    wanted: "11 / 30",
    holds: ({ kind, precision }) => kind === "linear" && precision !== "bf16",
  },
  { name: "experts, H100 and H200", wanted: "7 / 30", holds: ({ kind, gpu }) => kind === "experts" && (gpu === "h100" || gpu === "h200") },
  { name: "experts, B200", wanted: "11 / 38", holds: ({ kind, gpu }) => kind === "experts" && gpu === "b200" },
  { name: "attention of prompts, without A100", wanted: "10 / 32", holds: isAttention("prefill", "latent-prefill") },
  { name: "attention, decoding, without A100", wanted: "10 / 32", holds: isAttention("decode", "latent-decode") },
];

/** A table of the strata's errors. */
export function strataTable(all: readonly Scored[]): string {
  const lines = STRATA.map(({ name, wanted, holds }) => {
    const own = all.filter(holds);
    const heldOut = pooled(own.map((each) => each.heldOut));
    const unseen = pooled(own.flatMap((each) => each.unseen ?? []));
    const reached = isReached(wanted, heldOut) && isReached(wanted, unseen);
    return tableLine([name, errorsCell(heldOut), errorsCell(unseen), wanted, reached ? "yes" : "no"]);
  });
  return `${tableHead(["kernels", "held out", "unseen sizes", "wanted", "reached"])}\n${lines.join("\n")}`;
}

function pooled(all: readonly Foretold[]) {
  return errorsOf(
    all.flatMap(({ predicted }) => predicted),
    all.flatMap(({ measured }) => measured),
  );
}

function isReached(wanted: string, errors: ReturnType<typeof errorsOf>): boolean {
  const [median, p90] = wanted.split(" / ").map(Number) as [number, number];
  return errors.median * 100 <= median && errors.p90 * 100 <= p90;
}
