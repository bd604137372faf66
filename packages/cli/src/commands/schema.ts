import { type ExitCode, FINE } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";

/** Prints the JSON Schema of scenario files or of reports. */
export async function schema(what: "scenario" | "report", terminal: Terminal): Promise<ExitCode> {
  const { reportJsonSchema } = await import("@tokenyard/report");
  const { scenarioJsonSchema } = await import("@tokenyard/scenario");
  const tree = what === "scenario" ? scenarioJsonSchema() : reportJsonSchema();
  terminal.out.write(`${JSON.stringify(tree, null, 2)}\n`);
  return FINE;
}
