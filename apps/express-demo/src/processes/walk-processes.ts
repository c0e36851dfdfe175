import { loginSteps } from "demo-kit/walk/login-steps";
import { refreshes, type Stop } from "demo-kit/walk/stop";
import { expect } from "demo-kit/walk/surprise";
import type { Steps } from "demo-kit/walk/take-steps";
import { walk } from "demo-kit/walk/walk";
import { type ProcessesDemo, type ProcessesOptions, startProcesses } from "./start-processes.js";

/** The walk of the demo, every request of which may reach another process. */
export function walkProcesses(say: (line: string) => void, options: Pick<ProcessesOptions, "store" | "processes">): Promise<boolean> {
  return walk<ProcessesDemo>(
    (emulate) => startProcesses({ ports: [0], emulate, lines: "ignore", ...options }),
    [...loginSteps, ...ownSteps(options.processes)],
    say,
  );
}

function ownSteps(processes: number): Steps<Stop> {
  return [
    [
      "The page of the processes",
      async ({ browser, emulator }) => {
        const { status, text } = await browser.open("/processes");
        const shown = [...text.matchAll(/<dt>Process (\d+)<\/dt>\s*<dd>requests: (\d+), refreshes: (\d+)<\/dd>/g)].map(([, ...numbers]) => numbers.map(Number));
        expect(status === 200 && shown.length === processes, `it answered ${status} and shows ${shown.length} processes instead of ${processes}`);
        expect(
          shown.every(([, requests = 0]) => requests > 0),
          "a process was handed no request",
        );
        const sum = shown.reduce((total, [, , count = 0]) => total + count, 0);
        expect(sum === refreshes(emulator), `it counts ${sum} refreshes, and there were ${refreshes(emulator)}`);
        return shown.map(([number, requests, count]) => `process ${number}: requests ${requests}, refreshes ${count}`).join("; ");
      },
    ],
  ];
}
