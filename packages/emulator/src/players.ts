import { track, type Track } from "./catalogue.js";

/** What a user hears at an instant. */
export interface Heard {
  readonly item: Track;
  /** How far into the track, in milliseconds. */
  readonly progressMs: number;
  /** Its place in the catalogue. */
  readonly number: number;
  /** The next two tracks. */
  readonly coming: readonly Track[];
  readonly paused: boolean;
}

interface Player {
  /** By how much skipping and pausing have moved the music against the clock, in milliseconds. */
  offsetMs: number;
  pausedAt: number | null;
}

/** The users' players: each goes through the catalogue for ever. Which track it is, and how far, is what the clock says and what was pressed since. */
export class Players {
  readonly #players = new Map<string, Player>();

  heard(user: string, now: number): Heard {
    const { offsetMs, pausedAt } = this.#player(user);
    let progressMs = modulo((pausedAt ?? now) + offsetMs, wholeMs);
    let number = 0;
    for (const { duration_ms: duration } of songs) {
      if (progressMs < duration) break;
      progressMs -= duration;
      number++;
    }
    return { item: song(number), progressMs, number, coming: [song(number + 1), song(number + 2)], paused: pausedAt !== null };
  }

  pause(user: string, now: number): void {
    this.#player(user).pausedAt ??= now;
  }

  play(user: string, now: number): void {
    const player = this.#player(user);
    if (player.pausedAt !== null) player.offsetMs -= now - player.pausedAt;
    player.pausedAt = null;
  }

  /** To the beginning of the track after this one, playing. */
  next(user: string, now: number): void {
    this.play(user, now);
    const { item, progressMs } = this.heard(user, now);
    this.#player(user).offsetMs += item.duration_ms - progressMs;
  }

  /** To the beginning of the track before this one, playing. */
  previous(user: string, now: number): void {
    this.play(user, now);
    const { number, progressMs } = this.heard(user, now);
    this.#player(user).offsetMs -= progressMs + song(number - 1).duration_ms;
  }

  #player(user: string): Player {
    const player = this.#players.get(user) ?? { offsetMs: 0, pausedAt: null };
    this.#players.set(user, player);
    return player;
  }
}

const songs: readonly Track[] = Array.from({ length: 9 }, (_, number) => track(number));
const wholeMs = songs.reduce((sum, { duration_ms: duration }) => sum + duration, 0);

function song(number: number): Track {
  return track(modulo(number, songs.length));
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
