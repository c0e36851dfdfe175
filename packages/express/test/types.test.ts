import express from "express";
import { expect, test } from "vitest";
import { withSpotify } from "../src/index.js";

test("a handler behind withSpotify knows the parameters of its route, and that somebody is signed in", () => {
  const router = express.Router();
  const handler = withSpotify<{ id: string }>(({ params, spotify }, response) => {
    const both: readonly [string, string] = [params.id, spotify.user.id];
    response.json(both);
  });
  router.get<{ id: string }>("/artist/:id", handler);
  expect(router.stack).toHaveLength(1);
});
