/** Why a file is no text, where the zero at `at` of its `text` says so. */
export function zeroByte(text: string, at: number): string {
  const isWide = (text.match(/\0/g)?.length ?? 0) >= text.length / 3; // UTF-16: every other byte of Latin letters is zero
  return noText(isWide ? WIDE : `a zero byte in ${placeText(text.slice(0, at))}`);
}

/** Reason why a file is no text: `text` could be read, and `rest` are the bytes after it, which are not UTF-8 from some point on. */
export function strayByte(text: string, rest: Uint8Array): string {
  if (text === "" && /^(254,255|255,254)(,|$)/.test(rest.subarray(0, 2).join())) return noText(WIDE);
  const good = wellFormed(rest);
  return noText(`the byte 0x${rest[good.bytes]!.toString(16)} in ${placeText(text + good.text)}`);
}

/** The bytes at the end of `before` and then `now` that begin a character of UTF-8 and do not end it. */
export function unfinished(before: Uint8Array, now: Uint8Array): Uint8Array {
  const bytes = now.length >= MOST_UNFINISHED ? now.slice(-MOST_UNFINISHED) : Uint8Array.of(...before, ...now).slice(-MOST_UNFINISHED);
  const first = bytes.findLastIndex((byte) => byte < 0x80 || byte >= 0xc0);
  const byte = bytes[first] ?? 0;
  const whole = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0;
  return first + whole > bytes.length ? bytes.slice(first) : bytes.slice(bytes.length);
}

const MOST_UNFINISHED = 3;

const WIDE = "UTF-16, or something like it";

function noText(found: string): string {
  return `not a text: ${found}; wanted a file in UTF-8`;
}

/** UTF-8 part of `bytes` before the first other byte. */
function wellFormed(bytes: Uint8Array): { readonly text: string; readonly bytes: number } {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const encoder = new TextEncoder();
  for (let at = text.indexOf("\ufffd"); at >= 0; at = text.indexOf("\ufffd", at + 1)) {
    const before = encoder.encode(text.slice(0, at)).length;
    const isMeant = bytes[before] === 0xef && bytes[before + 1] === 0xbf && bytes[before + 2] === 0xbd; // the replacement character
    if (!isMeant) return { text: text.slice(0, at), bytes: before };
  }
  return { text, bytes: bytes.length };
}

/** Position of the character after `before`. */
function placeText(before: string): string {
  const lines = before.split(/\r\n|\n|\r/);
  return `line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
}
