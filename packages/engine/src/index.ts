export { Engine, type Ticket } from "./engine.ts";
export { nsFromSeconds, secondsFromNs, TimeOverflow } from "./time.ts";
