import { nearest, presetList } from "@tokenyard/scenario";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";
import type { MeasuredRun } from "./run/measured-run.ts";

const ENGINES = ["vllm", "sglang", "trtllm"] as const;

function gpuNames(): string[] {
  return presetList().flatMap(({ kind, name }) => (kind === "gpu" ? [name] : []));
}

/** GPU preset named `text`, in upper or lower case, with or without the name of its board. */
export function gpuNamed(text: string): string | undefined {
  const name = text.toLowerCase();
  return gpuNames().find((each) => each === name) ?? gpuNames().find((each) => each === `${name}-sxm`);
}

export function unknownGpu(file: string, given: string): LocatedProblem {
  const problem = wrongValue(file, "", given, `a preset of a GPU: ${gpuNames().join(", ")}`);
  return { ...problem, suggestion: nearest(given, gpuNames()) ?? null };
}

/** The engine that `--engine` names; its mistake goes into `problems`. */
export function engineOf(text: string | undefined, problems: LocatedProblem[]): MeasuredRun["engine"] | undefined {
  if (text === undefined) return undefined;
  const [name = "", version] = text.split("@");
  const engine = ENGINES.find((each) => each === name);
  if (engine !== undefined && version !== "") return { name: engine, version: version ?? null };
  problems.push(wrongValue("--engine", "", text, "vllm, sglang or trtllm, with @VERSION where it is known"));
  return undefined;
}
