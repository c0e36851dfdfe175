import { expect, it } from "vitest";
import { PostgresStoreError, toConnectError, toPostgresStoreError } from "../src/postgres-store-error.js";

const answered = (code: string): Error => Object.assign(new Error("said by Postgres"), { code, severity: "ERROR" });
const broken = (code: string): Error => Object.assign(new Error("said by Node"), { code });

it.each([
  [answered("42P01"), "tableMissing", "42P01"],
  [answered("3F000"), "tableMissing", "3F000"],
  [answered("25006"), "readOnly", "25006"],
  [answered("40001"), "conflict", "40001"],
  [answered("40P01"), "conflict", "40P01"],
  [answered("55P03"), "conflict", "55P03"],
  [answered("42501"), "notPermitted", "42501"],
  [answered("3D000"), "notPermitted", "3D000"],
  [answered("28P01"), "notPermitted", "28P01"],
  [answered("53100"), "full", "53100"],
  [answered("53200"), "full", "53200"],
  [answered("53300"), "notConnected", "53300"],
  [answered("57014"), "late", "57014"],
  [answered("57P01"), "connectionLost", "57P01"],
  [answered("57P03"), "notConnected", "57P03"],
  [answered("08P01"), "connectionLost", "08P01"],
  [answered("23514"), "unexpected", "23514"],
  [broken("EPIPE"), "connectionLost", undefined],
  [new Error("Query read timeout"), "late", undefined],
  [new Error("Connection terminated unexpectedly"), "connectionLost", undefined],
  [new Error("Cannot use a pool after calling end on the pool"), "closed", undefined],
  [new PostgresStoreError("late"), "late", undefined],
])("%o is %s", (thrown, code, sqlState) => {
  const error = toPostgresStoreError(thrown);
  expect(error).toBeInstanceOf(PostgresStoreError);
  expect(error).toMatchObject({ code, sqlState });
  expect(error.message).toMatch(/^[A-Z].+\.$/);
});

it.each([
  [broken("ECONNREFUSED"), "notConnected", undefined],
  [new Error("timeout exceeded when trying to connect"), "notConnected", undefined],
  [new Error("The server does not support SSL connections"), "notConnected", undefined],
  [new Error("Cannot use a pool after calling end on the pool"), "closed", undefined],
  [answered("08P01"), "notConnected", "08P01"],
  [answered("53300"), "notConnected", "53300"],
  [answered("28P01"), "notPermitted", "28P01"],
])("%o is %s where there was no connection", (thrown, code, sqlState) => {
  expect(toConnectError(thrown)).toMatchObject({ code, sqlState });
});
