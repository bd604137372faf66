/** Log of the command line's own work, for `--verbose`. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
}

const SILENT: Log = { info: () => {} };

/** Logs lines of JSON on standard error when `verbose`, else nothing. The logger is loaded only on request. */
export async function openLog(verbose: boolean): Promise<Log> {
  if (!verbose) return SILENT;
  const { pino } = await import("pino");
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }));
  return { info: (fields, message) => logger.info(fields, message) };
}
