import assert from "node:assert/strict";
import { test } from "node:test";

import { troubleOf } from "../src/trouble.js";
import type { ChartLayout, Column } from "../src/qix.js";

const column = (qFallbackTitle: string, qErrorCode?: number, qExtendedMessage?: string): Column => ({
  qFallbackTitle,
  ...(qErrorCode === undefined
    ? {}
    : { qError: { qErrorCode, ...(qExtendedMessage ? { qExtendedMessage } : {}) } }),
});

function bar(cube: Partial<NonNullable<ChartLayout["qHyperCube"]>> = {}): ChartLayout {
  const whole = {
    qSize: { qcy: 3 },
    qDimensionInfo: [column("Region")],
    qMeasureInfo: [column("Sum(Amount)")],
  };
  return { visualization: "barchart", qHyperCube: { ...whole, ...cube } };
}

test("a chart with rows has no trouble", () => {
  assert.equal(troubleOf(bar()), null);
  assert.equal(troubleOf({ visualization: "filterpane" }), null);
});

test("a type that nothing draws is named", () => {
  assert.deepEqual(troubleOf({ ...bar(), visualization: "treemap" }), {
    word: "chart-unknown",
    detail: "treemap",
  });
  assert.deepEqual(troubleOf({ qInfo: { qType: "constructor" } }), {
    word: "chart-unknown",
    detail: "constructor",
  });
});

test("a cube that cannot be calculated says why, unless its author does", () => {
  const error = { qErrorCode: 7008, qExtendedMessage: "cubes in stacked mode are not implemented" };
  assert.deepEqual(troubleOf(bar({ qError: error })), {
    word: "chart-error",
    detail: error.qExtendedMessage,
  });
  assert.deepEqual(troubleOf(bar({ qError: { qErrorCode: 7001 } })), { word: "chart-error", detail: "7001" });
  assert.equal(troubleOf(bar({ qError: { qErrorCode: 7005 } })), null);
});

test("an invalid column is named", () => {
  const wrong = { qDimensionInfo: [column("Regoin", 7002, "there is no field")] };
  assert.deepEqual(troubleOf(bar(wrong)), { word: "column-error", detail: "Regoin: there is no field" });
  assert.deepEqual(troubleOf(bar({ qMeasureInfo: [column("M", 7002)] })), {
    word: "column-error",
    detail: "M",
  });
  assert.equal(troubleOf(bar({ qMeasureInfo: [column("M", 7005)] })), null, "an optional column is hidden");
});

test("a chart that lacks columns or rows says so", () => {
  const incomplete = { word: "chart-incomplete", detail: "barchart" };
  assert.deepEqual(troubleOf({ visualization: "barchart" }), incomplete);
  assert.deepEqual(troubleOf(bar({ qMeasureInfo: [] })), incomplete);
  assert.deepEqual(troubleOf(bar({ qDimensionInfo: [] })), incomplete);
  const empty = bar({ qDimensionInfo: [], qMeasureInfo: [] });
  assert.deepEqual(troubleOf({ ...empty, visualization: "table" }), {
    word: "chart-incomplete",
    detail: "table",
  });
  assert.deepEqual(troubleOf(bar({ qSize: { qcy: 0 } })), { word: "chart-no-data", detail: "" });
});
