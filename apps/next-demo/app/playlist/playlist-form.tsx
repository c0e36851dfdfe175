"use client";
import { type ReactNode, useActionState, useEffect } from "react";
import { createPlaylist, type Outcome } from "./create-playlist";

const fresh: Outcome = { problem: null, signInUrl: null };

/** The form, bound to the server action. It works without JavaScript as well. */
export function PlaylistForm({ name }: { readonly name: string }): ReactNode {
  const [{ problem, signInUrl }, send, sending] = useActionState(createPlaylist, fresh);
  const leaving = signInUrl !== null;

  useEffect(() => {
    if (signInUrl !== null) location.assign(signInUrl);
  }, [signInUrl]);

  return (
    <form className="stack" action={send}>
      <div className="field">
        <label htmlFor="name">Name</label>
        <input id="name" name="name" defaultValue={name} maxLength={100} required autoComplete="off" aria-describedby="name-hint" />
        <p className="hint" id="name-hint">
          It is private: only you see it.
        </p>
      </div>
      {problem === null ? null : (
        <div className="notice" data-kind="warning" role="alert">
          <p>{problem}</p>
        </div>
      )}
      <div className="actions">
        <button className="primary" disabled={sending || leaving}>
          Create the playlist
        </button>
        <span className="muted" role="status">
          {leaving ? "Spotify asks you first…" : sending ? "Creating it…" : ""}
        </span>
      </div>
    </form>
  );
}
