/** Milliseconds since the start of this process. Unlike `performance`, which must be loaded, this is available at once. */
export function processMs(): number {
  return process.uptime() * 1e3;
}
