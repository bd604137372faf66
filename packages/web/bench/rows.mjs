// Rows of the bench, and how their values read.

export const FRAMES = 180;
export const LONG = { timeout: 120_000 };

export const isQuick = process.argv.includes("--quick");

export const rows = [];
export const row = (what, value, aim) => rows.push({ what: `page: ${what}`, value, ratio: aim === undefined ? "" : `aim ${aim}` });

export const ms = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
export const kB = (bytes) => `${Math.round(bytes / 1000)} kB`;
export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
export const within95 = (values) => values.toSorted((a, b) => a - b)[Math.floor(0.95 * values.length)];
