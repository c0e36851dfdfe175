import { spawn } from "node:child_process";
import { constants } from "node:os";

/**
 * Runs a command as if it stood in this process's place: same terminal, same signals, same exit code; it does not outlive whoever started us.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export function foreground(command, args, env) {
  const child = spawn(command, args, { stdio: "inherit", env, shell: process.platform === "win32" });

  // A terminal sends Ctrl-C to the child as well; anything else reaches only this process.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || child.kill("SIGTERM"), 1000).unref();

  child.on("error", (error) => {
    process.stderr.write(`${command} could not be started: ${error.message}\n`);
    process.exit(127);
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
}
