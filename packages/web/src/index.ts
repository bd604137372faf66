export { editedText } from "./fields/edited-text.ts";
