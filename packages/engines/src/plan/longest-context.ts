import { flagValue, type Scenario } from "@tokenyard/scenario";

/** The most tokens of a request, prompt and output, that a server takes, and the flag that says so. */
export interface LongestContext {
  readonly flag: string;
  readonly tokens: number;
}

/** Flags of no effect here but this: what is longer is refused. */
const FLAGS: readonly string[] = ["max-model-len", "context-length", "max-seq-len"];

/** What `others`, flags that set nothing, say of it; undefined where the engine works it out itself. */
export function longestContext(others: ReadonlyMap<string, string>): LongestContext | undefined {
  const flag = FLAGS.find((name) => others.has(name));
  const read = flag === undefined ? undefined : flagValue({ name: flag, type: "number", says: "", source: "" }, others.get(flag));
  return read !== undefined && "value" in read && typeof read.value === "number" && read.value >= 1
    ? { flag: flag!, tokens: read.value }
    : undefined;
}

/** Remark where `workload` may have longer requests, all of which are simulated. */
export function refusedLengths({ flag, tokens }: LongestContext, workload: Scenario["workload"]): readonly string[] {
  const [prompt, output] = "promptTokens" in workload ? [mostOf(workload.promptTokens), mostOf(workload.outputTokens)] : [];
  if (prompt === undefined || output === undefined || prompt + output <= tokens) return [];
  return [
    `--${flag} ${tokens}: the server refuses longer requests; those of the load have up to ${prompt + output} tokens, and all are simulated`,
  ];
}

/** The longest of lengths that are fixed or have an end. */
function mostOf(lengths: unknown): number | undefined {
  const { value, to } = (lengths ?? {}) as { readonly value?: number; readonly to?: number };
  return typeof lengths === "number" ? lengths : (value ?? to);
}
