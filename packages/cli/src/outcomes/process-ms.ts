/** Milliseconds that this process has been there. Unlike `performance`, which a process must load, this is at hand. */
export function processMs(): number {
  return process.uptime() * 1e3;
}
