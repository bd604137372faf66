import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Formats with a schema. */
export type SchemaName = "scenario" | "report" | "audit" | "runs";

/** Prints the JSON Schema of scenario files, of reports, of audits or of measured runs. */
export async function schema(what: SchemaName, terminal: Terminal): Promise<ExitCode> {
  terminal.out.write(`${JSON.stringify(await schemaOf(what), null, 2)}\n`);
  return FINE;
}

async function schemaOf(what: SchemaName): Promise<object> {
  switch (what) {
    case "scenario":
      return (await import("@tokenyard/scenario")).scenarioJsonSchema();
    case "report":
      return (await import("@tokenyard/report")).reportJsonSchema();
    case "audit":
      return (await import("@tokenyard/study")).auditJsonSchema();
    case "runs":
      return (await import("../measured-runs/observed/observed-lines.ts")).measuredRunsJsonSchema();
  }
}
