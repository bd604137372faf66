import type { Launched } from "../instance.ts";
import type { ImportProblem } from "../place.ts";
import type { Variables } from "../shell/expand.ts";

/** What the kinds of manifests need in common. */
export interface ManifestsAround {
  readonly file: string;
  readonly variables: Variables;
  readonly files: ReadonlyMap<string, string>;
}

export interface ManifestsRead extends Launched {
  readonly problems: readonly ImportProblem[];
}
