"use client";
import { useSpotify } from "@refrain/next/client";
import { type FormEvent, type ReactNode, useEffect } from "react";

/** Who is signed in, and the way out: a plain form. With JavaScript the other tabs are told as well, and this one leaves when it is told. */
export function SignOut({ who }: { readonly who: string }): ReactNode {
  const { status, logout } = useSpotify();

  useEffect(() => {
    // A new document, not a visit: nothing that was shown may stay in the router's memory.
    if (status === "signedOut") location.assign("/");
  }, [status]);

  function signOut(event: FormEvent<HTMLFormElement>): void {
    const form = event.currentTarget;
    event.preventDefault();
    logout().catch(() => form.submit());
  }

  return (
    <form className="actions" method="post" action="/auth/spotify/logout" onSubmit={signOut}>
      <span className="who">{who}</span>
      <button>Sign out</button>
    </form>
  );
}
