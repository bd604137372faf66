import type { IncomingMessage } from "node:http";
import { ApiError } from "./api-error.ts";

/** Largest body; a prompt of 128,000 tokens is about 1 MB. */
export const MOST_BODY_BYTES = 4 * 1024 * 1024;

/** The body of `request` as text. Rejects with an ApiError where it is too long, or breaks off. */
export function bodyOf(request: IncomingMessage, mostBytes = MOST_BODY_BYTES): Promise<string> {
  return new Promise((resolve, reject) => {
    const tooLong = () =>
      new ApiError(413, `a body of more than ${mostBytes} bytes given; wanted a shorter prompt`, null, "body_too_large");
    if (Number(request.headers["content-length"] ?? 0) > mostBytes) return reject(tooLong());
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) {
        chunks.length = 0;
        reject(tooLong());
      } else chunks.push(chunk);
    });
    request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.on("error", reject);
    request.on("close", () => {
      if (!request.complete) reject(new ApiError(400, "the body broke off"));
    });
  });
}
