/** A request that is refused, as the API says it. */
export class ApiError extends Error {
  readonly status: number;
  readonly param: string | null;
  readonly code: string | null;

  constructor(status: number, message: string, param: string | null = null, code: string | null = null) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.param = param;
    this.code = code;
  }

  get body(): string {
    const type = TYPES.get(this.status) ?? (this.status < 500 ? "invalid_request_error" : "server_error");
    return JSON.stringify({ error: { message: this.message, type, param: this.param, code: this.code } });
  }
}

const TYPES: ReadonlyMap<number, string> = new Map([
  [429, "rate_limit_error"],
  [503, "service_unavailable"],
]);

/** Error of a field with an invalid value. */
export function wrongField(param: string, given: unknown, wanted: string): ApiError {
  const text = typeof given === "string" ? JSON.stringify(given.slice(0, 60)) : (JSON.stringify(given)?.slice(0, 60) ?? "nothing");
  return new ApiError(400, `${param}: ${text} given; wanted ${wanted}`, param, "invalid_value");
}
