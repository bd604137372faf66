/** A version as text and as numbers; release candidates come before their release. */
export interface Version {
  readonly text: string;
  readonly parts: readonly number[];
}

/** Reads `0.19`, `v0.19.1`, `1.2.0rc6` or `0.5.6.post2`; undefined where it is none. */
export function versionOf(text: string): Version | undefined {
  const match = /^v?(\d{1,4}(?:\.\d{1,4}){1,3})(?:\.?(rc|post|dev)(\d{0,6}))?(?:[-+.].*)?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, numbers = "", mark, nth = ""] = match;
  const parts = numbers.split(".").map(Number);
  while (parts.length < 4) parts.push(0);
  parts.push(mark === undefined ? 0 : mark === "post" ? Number(nth) : Number(nth) - 1e6);
  return { text: text.trim().replace(/^v/, ""), parts };
}

/** Negative where `a` is the older one. */
export function compareVersions(a: Version, b: Version): number {
  const at = a.parts.findIndex((part, i) => part !== b.parts[i]);
  return at < 0 ? 0 : a.parts[at]! - b.parts[at]!;
}

/** Whether `version` is `text` or newer. */
export function isFrom(version: Version, text: string): boolean {
  return compareVersions(version, versionOf(text)!) >= 0;
}
