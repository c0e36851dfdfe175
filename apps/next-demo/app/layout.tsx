import type { Metadata } from "next";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { emulator } from "../lib/spotify";

export const metadata: Metadata = {
  title: { default: "Refrain demo", template: "%s - Refrain demo" },
  icons: { icon: { url: "/favicon.svg", type: "image/svg+xml" } },
};

export default async function RootLayout({ children }: { readonly children: ReactNode }): Promise<ReactNode> {
  // No page is made ahead: each needs the nonce of its own request, and which Spotify it stands before is known only when the app runs.
  await connection();
  return (
    <html lang="en">
      <head>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        {emulator === null ? null : (
          <aside aria-label="About this demo">
            <p className="banner">local emulator: no real account</p>
          </aside>
        )}
        {children}
      </body>
    </html>
  );
}
