import { obey } from "./child.js";
import type { Measurement } from "./measurement.js";
import { sections } from "./sections.js";

export interface SectionOrder {
  readonly section: string;
  readonly quick: boolean;
}

export interface SectionAnswer {
  readonly measurements: readonly Measurement[];
}

obey(async ({ section, quick }: SectionOrder): Promise<SectionAnswer> => ({ measurements: (await sections[section]?.(quick)) ?? [] }));
