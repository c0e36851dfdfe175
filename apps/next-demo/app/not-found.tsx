import { notFound } from "demo-kit/failure-words";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { Failure } from "./_parts/failure";
import { Frame } from "./_parts/frame";

export const metadata: Metadata = { title: notFound.what };

export default function NotFoundPage(): ReactNode {
  return (
    <Frame who={null}>
      <Failure
        {...notFound}
        button={
          <a className="button primary" href="/">
            To the first page
          </a>
        }
      />
    </Frame>
  );
}
