/**
 * Times in which the link from a rank's host is busy. A caller that asked for time from an instant on never asks for earlier time. Source:
 * docs/models/routing.md#guessed-experts.
 */
export class HostLink {
  /** Busy spans, in order; none touch. */
  readonly #fromNs: number[] = [];
  readonly #toNs: number[] = [];

  /** Takes it from `fromNs`, when it is free, for `ns`. */
  take(fromNs: number, ns: number): void {
    if (ns === 0) return;
    const last = this.#toNs.length - 1;
    if (last >= 0 && this.#toNs[last]! >= fromNs) this.#toNs[last] = fromNs + ns;
    else {
      this.#fromNs.push(fromNs);
      this.#toNs.push(fromNs + ns);
    }
  }

  /** Uses up to `ns` of its free time from `fromNs` to `untilNs`, as early as possible. Returns the amount. */
  fill(fromNs: number, untilNs: number, ns: number): number {
    while (this.#toNs.length > 0 && this.#toNs[0]! < fromNs) this.#drop();
    let at = fromNs;
    let left = ns;
    let startNs = fromNs;
    while (left > 0 && at < untilNs) {
      const free = Math.min(this.#fromNs[0] ?? Number.POSITIVE_INFINITY, untilNs) - at;
      const taken = Math.min(Math.max(0, free), left);
      left -= taken;
      at += taken;
      if (this.#fromNs.length === 0 || this.#fromNs[0]! > at) break;
      startNs = Math.min(startNs, this.#fromNs[0]!);
      at = Math.max(at, this.#toNs[0]!);
      this.#drop();
    }
    if (at > startNs) {
      this.#fromNs.unshift(startNs);
      this.#toNs.unshift(at);
    }
    return ns - left;
  }

  /** Ends all loads. */
  clear(): void {
    this.#fromNs.length = 0;
    this.#toNs.length = 0;
  }

  #drop(): void {
    this.#fromNs.shift();
    this.#toNs.shift();
  }
}
