import { drawReport } from "./report-file.tsx";

drawReport(() => null);
