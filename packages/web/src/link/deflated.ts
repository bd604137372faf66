/** More came out of deflated letters than was allowed. */
export class TooLong extends Error {}

/** `bytes` deflated, in the letters of base64url. */
export async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return lettersOf(await bytesOf(stream, Number.POSITIVE_INFINITY));
}

/** What `deflated` was given. Throws TooLong where that is more than `most` bytes, and anything else where the letters are not whole. */
export async function inflated(letters: string, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytesFrom(letters)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return bytesOf(stream, most);
}

async function bytesOf(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel().catch(() => {});
      throw new TooLong(`more than ${most} bytes`);
    }
    pieces.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function lettersOf(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function bytesFrom(letters: string): Uint8Array<ArrayBuffer> {
  const binary = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
