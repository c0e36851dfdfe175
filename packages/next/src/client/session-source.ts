/** Who is signed in, as the browser knows it. */
export type SpotifyState =
  | { readonly status: "loading" }
  | { readonly status: "signedOut" }
  /** The server did not answer. Who was signed in still is. */
  | { readonly status: "unavailable" }
  | {
      readonly status: "signedIn";
      readonly user: { readonly id: string };
      /** Granted. */
      readonly scopes: readonly string[];
      /** When Spotify is expected to end the consent, in Unix ms. */
      readonly reauthorizeBy: number;
    };

/** One state for all components of a page, asked of the session route: at first, when the window gets the focus or the network, and when another tab signed out. */
export interface SessionSource {
  readonly state: () => SpotifyState;
  subscribe(listener: () => void): () => void;
  refresh(): Promise<void>;
  /** Tells this tab and the others. */
  signedOut(): void;
}

const sources = new Map<string, SessionSource>();

export function sessionSource(basePath: string): SessionSource {
  const known = sources.get(basePath);
  if (known !== undefined) return known;
  const made = createSource(basePath);
  sources.set(basePath, made);
  return made;
}

function createSource(basePath: string): SessionSource {
  const listeners = new Set<() => void>();
  let state: SpotifyState = { status: "loading" };
  let asked = 0;
  /** The latest question that was answered. */
  let answered = 0;
  const name = `refrain ${basePath}`;
  let tabs: BroadcastChannel | null = null;

  const become = (next: SpotifyState): void => {
    state = next;
    for (const listener of listeners) listener();
  };

  async function refresh(): Promise<void> {
    const mine = ++asked;
    const next = await ask(basePath);
    // A later question knows better, once it is answered; and an answer that did not come takes nobody's name away.
    if (mine < answered || (next.status === "unavailable" && state.status === "signedIn")) return;
    answered = mine;
    become(next);
  }

  function tellTabs(): void {
    // The component that signs out may be gone by now, and its channel with it: a menu closes when it is clicked.
    const channel = tabs ?? new BroadcastChannel(name);
    channel.postMessage("signedOut");
    if (channel !== tabs) channel.close();
  }

  const look = (): void => void (document.visibilityState === "visible" && refresh());

  return {
    state: () => state,
    refresh,
    signedOut() {
      answered = ++asked;
      become({ status: "signedOut" });
      tellTabs();
    },
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) {
        tabs = new BroadcastChannel(name);
        tabs.addEventListener("message", () => void refresh());
        addEventListener("focus", look);
        addEventListener("online", look);
        document.addEventListener("visibilitychange", look);
        void refresh();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        tabs?.close();
        tabs = null;
        removeEventListener("focus", look);
        removeEventListener("online", look);
        document.removeEventListener("visibilitychange", look);
      };
    },
  };
}

async function ask(basePath: string): Promise<SpotifyState> {
  try {
    const answer = await fetch(`${basePath}/session`, { headers: { accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) return { status: "unavailable" };
    const session = (await answer.json()) as { signedIn: boolean; user: { id: string }; scopes: string[]; reauthorizeBy: number };
    return session.signedIn
      ? { status: "signedIn", user: session.user, scopes: session.scopes, reauthorizeBy: session.reauthorizeBy }
      : { status: "signedOut" };
  } catch {
    return { status: "unavailable" };
  }
}
