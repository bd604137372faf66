import { type LocatedProblem, plainProblem } from "../../terminal/located-problem.ts";
import type { JsonTree } from "../json/json-trees.ts";
import { hasKeys } from "../tools/tool.ts";
import {
  type ObservedHead,
  type ObservedLine,
  observedHeadSchema,
  observedRequestSchema,
  observedRun,
  requestOf,
} from "./observed-lines.ts";

/** The parts of a file of `observe`: its head, and the lines of requests. */
interface Parts {
  readonly at: JsonTree;
  readonly head: ObservedHead | undefined;
  readonly lines: ObservedLine[];
}

type Mistakes = (error: unknown, tree: unknown, line: number | null) => void;

/**
 * `trees`, with those of a run of `observe` as one: its line has its requests. A run whose last line is missing was cut off, and is made of the lines
 * that there are. `onMistake` gets what a line of it is refused for.
 */
export function withObserved(trees: readonly JsonTree[], file: string, problems: LocatedProblem[], onMistake: Mistakes): JsonTree[] {
  const whole: JsonTree[] = [];
  let open: Parts | undefined;
  const cutOff = () => {
    if (open?.head !== undefined) {
      const sent = open.lines.reduce((most, { number }) => Math.max(most, number + 1), 0);
      const run = observedRun(open.head, open.lines, { ended: "cut-off", sent, clientBusy: null });
      whole.push({ tree: run, line: open.at.line });
    }
    open = undefined;
  };
  for (const each of trees) {
    const { tree, line } = each;
    if (isObserved(tree, "tokenyardObserve")) {
      cutOff();
      const read = observedHeadSchema.safeParse(tree);
      if (!read.success) onMistake(read.error, tree, line);
      open = { at: each, head: read.data, lines: [] };
    } else if (isObserved(tree, "tokenyardRequest")) {
      const read = observedRequestSchema.safeParse(tree);
      if (!read.success) onMistake(read.error, tree, line);
      else if (open === undefined) problems.push({ ...plainProblem(file, "a request without the first line of its run"), line });
      else open.lines.push(read.data);
    } else if (isObserved(tree, "tokenyardRun") && open !== undefined) {
      const requests = open.lines.flatMap((one) => (one.outcome === "stopped" ? [] : [requestOf(one)]));
      whole.push({ tree: { ...tree, each: requests }, line });
      open = undefined;
    } else whole.push(each);
  }
  cutOff();
  return whole;
}

function isObserved(tree: unknown, key: string): tree is object {
  return typeof tree === "object" && tree !== null && hasKeys(tree, key);
}
