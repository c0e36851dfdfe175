import { handlers } from "../../../lib/spotify";

export const { GET } = handlers;
