import { idOf } from "./catalogue.js";
import type { EmulatorUser } from "./users.js";

export interface Playlist {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly description: string;
  readonly public: boolean;
  readonly collaborative: boolean;
}

/** Everybody's playlists: a public, a private and a collaborative one each at first, and what is created. */
export class Playlists {
  readonly #playlists = new Map<string, Playlist>();

  constructor(users: readonly EmulatorUser[]) {
    for (const { id } of users) {
      this.create(id, { name: "Slow trains", description: "For the way home.", public: true, collaborative: false });
      this.create(id, { name: "Not for anyone", description: "", public: false, collaborative: false });
      this.create(id, { name: "Kitchen, shared", description: "Everyone adds one.", public: false, collaborative: true });
    }
  }

  create(owner: string, settings: Omit<Playlist, "id" | "owner">): Playlist {
    const playlist = { id: idOf("playlist", this.#playlists.size), owner, ...settings };
    this.#playlists.set(playlist.id, playlist);
    return playlist;
  }

  change(playlist: Playlist, settings: Partial<Omit<Playlist, "id" | "owner">>): void {
    this.#playlists.set(playlist.id, { ...playlist, ...settings });
  }

  find(id: string): Playlist | null {
    return this.#playlists.get(id) ?? null;
  }

  /** Newest first. */
  of(owner: string): readonly Playlist[] {
    return [...this.#playlists.values()].filter((playlist) => playlist.owner === owner).toReversed();
  }
}
