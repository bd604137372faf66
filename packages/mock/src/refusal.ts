import type { Socket } from "node:net";
import { ApiError } from "./api/api-error.ts";

/** Longest head of a request. */
export const MOST_HEADER_BYTES = 16_384;

/** Why no request could be read. */
export function unreadable({ code }: NodeJS.ErrnoException): ApiError {
  if (code === "HPE_HEADER_OVERFLOW")
    return new ApiError(431, `headers of more than ${MOST_HEADER_BYTES} bytes given; wanted shorter ones`);
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return new ApiError(408, "the request did not come in time");
  return new ApiError(400, "no request that HTTP allows");
}

/** Answers `error` on a connection of which no request is read, and ends it. */
export function refuse(socket: Socket, error: ApiError): void {
  socket.on("error", () => {});
  if (!socket.writable) return;
  const head = `HTTP/1.1 ${error.status} refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(error.body)}`;
  socket.end(`${head}\r\nConnection: close\r\n\r\n${error.body}`, () => socket.destroySoon());
}
