import { Injectable } from "@nestjs/common";

/** Who has a live page open. */
@Injectable()
export class LiveReaders {
  readonly #pages = new Map<string, number>();

  has(user: string): boolean {
    return this.#pages.has(user);
  }

  enter(user: string): void {
    this.#pages.set(user, (this.#pages.get(user) ?? 0) + 1);
  }

  leave(user: string): void {
    const left = (this.#pages.get(user) ?? 0) - 1;
    if (left > 0) this.#pages.set(user, left);
    else this.#pages.delete(user);
  }
}
