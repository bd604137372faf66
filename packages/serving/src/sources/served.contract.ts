import type { ArrivingRequest } from "../requests/arriving-request.ts";
import { createArrivingRequest } from "../requests/arriving-request.ts";
import type { RequestSource } from "../requests/request-source.ts";
import { Upcoming } from "./upcoming.ts";

/** A request as it came, and when it was done. */
export interface Served extends ArrivingRequest {
  readonly number: number;
  readonly finishedNs: number;
}

/** Takes what comes, at most `most`, and has each done `serviceNs` after it came: a house with room for all. */
export function served(source: RequestSource, serviceNs: (number: number) => number = () => 1e9, most = 10_000): Served[] {
  const all: Served[] = [];
  const inService = new Upcoming<Served>();
  for (;;) {
    const arrivalNs = all.length < most ? source.nextNs : Number.POSITIVE_INFINITY;
    const doneNs = inService.nextNs;
    if (arrivalNs === Number.POSITIVE_INFINITY && doneNs === Number.POSITIVE_INFINITY) return all;
    if (doneNs <= arrivalNs) {
      const done = inService.take();
      source.finished(done.number, done.finishedNs);
      continue;
    }
    const out = createArrivingRequest();
    source.take(out);
    const number = all.length;
    const request = { ...out, number, finishedNs: out.arrivedNs + serviceNs(number) };
    all.push(request);
    inService.add(request.finishedNs, request);
  }
}
