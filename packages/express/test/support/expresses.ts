import express from "express";
import express4 from "express4";

type Express = typeof express;

/** Both majors that the peer range allows; 4 at its floor. */
export const expresses: readonly (readonly [name: string, express: Express])[] = [
  ["Express 4", express4],
  ["Express 5", express],
];
