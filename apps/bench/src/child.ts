import { fork } from "node:child_process";

/** A process of this bench. */
export interface Child<Order, Answer> {
  /** Resolves to the child's next message. Rejects when it ends without one. */
  ask(order: Order): Promise<Answer>;
  end(): void;
}

/** Starts a module in a process of its own, which ends with this one. */
export function startChild<Order extends object, Answer>(module: URL, flags: readonly string[] = []): Child<Order, Answer> {
  const child = fork(module, { execArgv: [...flags], env: { ...process.env, NODE_ENV: "production" }, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  return {
    ask: (order) =>
      new Promise((resolve, reject) => {
        const died = (): void => reject(new Error(`${module.pathname} ended without an answer.`));
        child.once("exit", died);
        child.once("message", (answer) => {
          child.off("exit", died);
          resolve(answer as Answer);
        });
        child.send(order);
      }),
    end: () => child.disconnect(),
  };
}

/** The child's side: answers each order in turn, and ends when nobody can give one any more. */
export function obey(answer: (order: never) => Promise<object>): void {
  process.on("disconnect", () => process.exit());
  // What goes with the process goes with it however it ends.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
  process.on("message", (order) => {
    answer(order as never).then(
      (answered) => process.send?.(answered),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
