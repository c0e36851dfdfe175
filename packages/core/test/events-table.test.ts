import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { eventLines } from "../src/log-events.js";
import { quoted, tableIn } from "./table.js";

const rows = tableIn("events.md", "Events");
const written = new Map(rows.map((row) => [quoted(row["event"])[0] ?? "", row]));

/** The fields of each event as its type names them. */
const declared = new Map(
  [
    ...(/interface SpotifyAuthEvents \{([^]*?)^\}/m.exec(readFileSync(new URL("../src/events.ts", import.meta.url), "utf8"))?.[1] ?? "").matchAll(
      /^ {2}(\w+): \{([^]*?)\};$/gm,
    ),
  ].map(([, event = "", fields = ""]) => [event, [...fields.matchAll(/readonly (\w+):/g)].map(([, field = ""]) => field)]),
);

describe("events.md", () => {
  it("has a row for every event, each once, and none for anything else", () => {
    expect(declared.size).toBeGreaterThan(10);
    expect([...written.keys()].toSorted()).toEqual(Object.keys(eventLines).toSorted());
    expect([...declared.keys()].toSorted()).toEqual(Object.keys(eventLines).toSorted());
    expect(rows).toHaveLength(written.size);
  });

  it.each(Object.entries(eventLines))("says of %s what the log says, with its fields, when it comes and what to do", (event, [level, message]) => {
    const row = written.get(event);
    expect([row?.["level"], row?.["message"], quoted(row?.["fields"])]).toEqual([level, message, declared.get(event)]);
    for (const column of ["when", "what to do"]) expect(row?.[column]).toMatch(/^[A-Z`].*\.$/);
  });
});
