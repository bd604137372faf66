// A run makes reports and does not check them: their schema, hundreds of objects, is loaded when it is first asked for.

/** The zod schema of reports. */
export async function reportSchema() {
  return (await import("./report.ts")).reportSchema;
}

/** JSON Schema (draft 2020-12) of a report. */
export async function reportJsonSchema(): Promise<object> {
  return (await import("./report.ts")).reportJsonSchema();
}
