import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";

/** A command that ended with anything but 0. Its message is what the command printed. */
export class CommandFailed extends Error {}

/**
 * Runs a command without input and resolves to what it printed. The command does not outlive this process.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options] `env` is added to the environment
 * @returns {Promise<string>}
 * @throws {CommandFailed} when it ends with anything but 0
 */
export function shell(command, args, { cwd, env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
    });
    const stop = () => void child.kill();
    process.once("exit", stop);
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (output += text));
    child.on("error", (error) => reject(new CommandFailed(`${command}: ${error.message}`)));
    child.on("close", (code, signal) => {
      process.off("exit", stop);
      const text = stripVTControlCharacters(output);
      if (code === 0) resolve(text);
      else reject(new CommandFailed(`${text}\n${command} ${args.join(" ")}: ended with ${signal ?? code}`));
    });
  });
}
