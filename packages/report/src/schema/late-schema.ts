// Runs make reports and do not check them: their schema, hundreds of objects, is loaded on first use.

/** The zod schema of reports. */
export async function reportSchema() {
  return (await import("./report.ts")).reportSchema;
}

/** JSON Schema (draft 2020-12) of a report. */
export async function reportJsonSchema(): Promise<object> {
  return (await import("./report.ts")).reportJsonSchema();
}
