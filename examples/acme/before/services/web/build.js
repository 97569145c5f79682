// Puts the pages into dist, stamped with the day of the build.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

mkdirSync("dist", { recursive: true });
const page = readFileSync("src/index.html", "utf8");
writeFileSync("dist/index.html", page.replace("{{day}}", new Date().toISOString().slice(0, 10)));
