import type { KernelModel } from "@tokenyard/cluster";
import { type Asked, guarded } from "./guarded.ts";
import { secondsProblem } from "./seconds-problem.ts";

/** A kernel model of a plug-in, whose times are checked: each is finite and not below 0. */
export function pluggedKernels(own: Omit<KernelModel, "name">, name: string, asked: Asked): KernelModel {
  return guarded(own, asked, { name }, { seconds: problemOf, insideSeconds: problemOf, growingSeconds: problemOfGrowing });
}

function problemOf(seconds: unknown): string | undefined {
  return secondsProblem("a kernel", seconds);
}

function problemOfGrowing(_: unknown, ...given: readonly unknown[]): string | undefined {
  const [, , count, out, at, stride] = given as Parameters<NonNullable<KernelModel["growingSeconds"]>>;
  for (let i = 0; i < count; i++) {
    const problem = problemOf(out[at + i * stride]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
