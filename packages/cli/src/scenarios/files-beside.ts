import { existsSync, realpathSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import type { Report } from "@tokenyard/report";
import type { ReadPieces, Scenario } from "@tokenyard/scenario";
import { readPieces, UnreadableFile } from "./scenario-text.ts";

/** Reader for files that a scenario in `file` names, relative to that file. */
export function piecesBeside(file: string): ReadPieces {
  return (path) => readPieces(resolve(dirname(file), path));
}

/** Like `piecesBeside` for a file in `folder`, but reads nothing outside it, whatever a path or link points to. */
export function piecesWithin(folder: string): ReadPieces {
  return (path) => {
    const file = resolve(folder, path);
    const [inside, outside] = [realpathSync(folder), existsSync(file) ? realpathSync(file) : file];
    if (!outside.startsWith(inside.endsWith(sep) ? inside : `${inside}${sep}`))
      throw new UnreadableFile(path, "outside the folder of this worker; wanted a file in it");
    return readPieces(outside);
  };
}

/** `scenario` of `file` with the whole path of its trace, so that it can be read from anywhere. Its hash and its report are others then. */
export function withWholeTracePath(scenario: Scenario, file: string): Scenario {
  const { workload } = scenario;
  return workload.kind === "trace" ? { ...scenario, workload: { ...workload, path: resolve(dirname(file), workload.path) } } : scenario;
}

/** `report` of a scenario in `file` as written to a file of `folder`: its trace is named relative to that folder. */
export function reportIn(folder: string, report: Report, file: string): Report {
  const { scenario } = report;
  const { workload } = scenario.resolved as { readonly workload?: { readonly kind: string; readonly path?: string } };
  if (workload?.kind !== "trace" || workload.path === undefined) return report;
  const path = relative(folder, resolve(dirname(file), workload.path))
    .split(sep)
    .join("/");
  return { ...report, scenario: { ...scenario, resolved: { ...scenario.resolved, workload: { ...workload, path } } } };
}
