import { fileURLToPath } from "node:url";
import { harmless } from "../terminal/terminal.ts";

/** An internal fault while `doing`, with the facts needed to replay it; the process ends with exit code 3. */
export class Fault extends Error {
  /** Facts at its time, in the order of printing: file, scenario, hash, seed, event, time. */
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(cause: unknown, facts: Readonly<Record<string, string | number>>) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "Fault";
    this.facts = facts;
  }
}

/** Folder of this code: the bundle, with all parts that are loaded on request. */
const HERE = fileURLToPath(new URL(".", import.meta.url));
const MISSING = ["ENOENT", "ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"];

/** Remedy for an `error` caused by a missing part of the program; else undefined. */
export function missingPartText(error: unknown): string | undefined {
  const isOurs = chain(error).some((cause) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    return code !== undefined && MISSING.includes(code) && message.includes(HERE);
  });
  if (!isOurs) return undefined;
  return "a part of tokenyard is missing: it was built again meanwhile, or not whole; try again, or build it: npx -y pnpm@10 run build\n";
}

/** Message about a plug-in's fault that ended a run; undefined for other errors. Faults are recognised by name, as most commands load no plug-in code. */
export function pluginFaultText(error: unknown): string | undefined {
  const fault = chain(error).find(({ name }) => name === "PluginFault");
  return fault && harmless(`${fault.message}\n`);
}

/** Text of the fault for a report by a person: the fault, its place in the run, the facts of each layer, and the stack. */
export function faultText(error: unknown): string {
  const lines: string[] = [];
  const facts = new Map<string, string>();
  let deepest = error;
  for (const cause of chain(error)) {
    deepest = cause;
    const known = cause instanceof Fault ? cause.facts : cause;
    for (const [name, value] of Object.entries(known)) {
      if (typeof value === "string" || typeof value === "number") facts.set(name, String(value));
      else if (name === "event" || name === "facts") facts.set(name, JSON.stringify(value));
    }
  }
  const message = deepest instanceof Error ? `${deepest.name}: ${deepest.message}` : String(deepest);
  lines.push(`A fault of tokenyard, not of the scenario: ${message}`);
  for (const [name, value] of facts) lines.push(`  ${name}: ${value}`);
  if (facts.has("file")) lines.push("  the same file, --set and --seed give it again");
  if (deepest instanceof Error && deepest.stack !== undefined)
    lines.push(...deepest.stack.split("\n").filter((line) => /^\s+at /.test(line)));
  return harmless(`${lines.join("\n")}\n`);
}

function chain(error: unknown): Error[] {
  return error instanceof Error ? [error, ...chain(error.cause)] : [];
}
