export { reportWords } from "@tokenyard/report"; // the first result does not wait for its text
