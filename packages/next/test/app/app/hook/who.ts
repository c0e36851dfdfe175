"use client";
import { createTokenProvider, useSpotify } from "@refrain/next/client";
import { createElement, type ReactNode, useState } from "react";

const giveToken = createTokenProvider();

export function Who(): ReactNode {
  const spotify = useSpotify();
  const [token, setToken] = useState("");
  return createElement(
    "main",
    null,
    createElement("output", { id: "status" }, spotify.status),
    createElement("output", { id: "user" }, spotify.status === "signedIn" ? spotify.user.id : ""),
    createElement("button", { id: "login", onClick: () => spotify.login() }, "Sign in"),
    createElement("button", { id: "more", onClick: () => spotify.login({ scopes: ["user-read-email"], returnTo: "/hook?more" }) }, "More"),
    createElement("button", { id: "logout", onClick: () => void spotify.logout() }, "Sign out"),
    createElement("button", { id: "token", onClick: () => giveToken((given) => setToken(String(given.length))) }, "Token"),
    createElement("output", { id: "length" }, token),
    createElement("output", { id: "scopes" }, spotify.status === "signedIn" ? spotify.scopes.join(" ") : ""),
  );
}
