import Link from "next/link";
import type { ReactNode } from "react";
import { SignOut } from "./sign-out";

const pages = [
  ["/", "Home"],
  ["/top", "Top tracks"],
  ["/playlist", "New playlist"],
  ["/live", "Live"],
] as const;

interface FrameProps {
  /** Who is signed in; null = nobody, or nobody knows. */
  readonly who: string | null;
  /** Which of the pages this is. */
  readonly here?: (typeof pages)[number][0];
  readonly children: ReactNode;
}

/** What every page has around it: the app's name, its pages, who is signed in and the way out. */
export function Frame({ who, here, children }: FrameProps): ReactNode {
  const wide = who !== null;
  return (
    <>
      <header>
        <div className={wide ? "header wide" : "header"}>
          <Link className="name" href="/">
            Refrain demo
          </Link>
          <nav aria-label="Pages">
            {pages.map(([href, name]) => (
              <Link key={href} href={href} aria-current={href === here ? "page" : undefined}>
                {name}
              </Link>
            ))}
          </nav>
          {who === null ? null : <SignOut who={who} />}
        </div>
      </header>
      <main className={wide ? "wide" : undefined}>{children}</main>
    </>
  );
}
