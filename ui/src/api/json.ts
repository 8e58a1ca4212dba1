/**
 * Reading of foreign JSON: each function takes what may be anything and answers a typed value, or
 * undefined (or an empty list) where the value is of another kind. Servers differ in what they leave
 * out, so a missing member is ordinary and never an error by itself.
 */

export type JsonRecord = Readonly<Record<string, unknown>>;

export function asRecord(value: unknown): JsonRecord | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonRecord) : undefined;
}

export function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A finite number; GIS servers write "NaN" as text for the extent of an empty layer. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function asRecords(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.map(asRecord).filter((item) => item !== undefined) : [];
}

export function asTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(asText).filter((item) => item !== undefined) : [];
}
