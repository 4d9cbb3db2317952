/** The levels as a stack of areas. The same numbers stand in a table beside it, so colour carries nothing alone. */

import { useCallback } from "react";
import { day } from "../../api/row";
import { Chart, type Ink } from "../../shell/Chart";
import type { Point } from "./ConsentTrend";
import type { Level } from "./levels";

/** From no consent to profiling: one hue that grows stronger, grey for none. */
const LIGHT = ["#c8c6c4", "#b3dbf2", "#7dbce8", "#4a9bd9", "#1f77c0", "#0b4a82"];
const DARK = ["#5c5a58", "#1d4660", "#226389", "#2b82b5", "#4aa5dc", "#9ad2f5"];

export default function LevelsChart({ points, levels, label }: { points: Point[]; levels: Level[]; label: string }) {
  const option = useCallback(
    ({ text, line, dark }: Ink) => ({
      color: dark ? DARK : LIGHT,
      legend: { bottom: 0, textStyle: { color: text }, type: "plain" },
      grid: { left: 8, right: 16, top: 16, bottom: 64, containLabel: true },
      xAxis: { type: "category", boundaryGap: false, data: points.map((it) => day(it.from)), axisLabel: { color: text } },
      yAxis: { type: "value", minInterval: 1, axisLabel: { color: text }, splitLine: { lineStyle: { color: line } } },
      series: levels.map((it, at) => ({
        name: it.label, type: "line", stack: "all", areaStyle: { opacity: 0.9 }, lineStyle: { width: 1 }, symbol: "none", emphasis: { focus: "series" },
        data: points.map((point) => point.levels[at] ?? 0),
      })),
    }),
    [points, levels],
  );
  return <Chart label={label} height={360} option={option} />;
}
