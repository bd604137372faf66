export { Engine, type Ticket } from "./engine.ts";
export { createEventQueue, type EventKey } from "./event-queue.ts";
export { LAST_NS, NS_PER_SECOND, nsFromSeconds, secondsFromNs, TimeOverflow } from "./time.ts";
