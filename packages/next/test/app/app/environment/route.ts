import { handlers } from "@refrain/next";

export const { GET } = handlers;
