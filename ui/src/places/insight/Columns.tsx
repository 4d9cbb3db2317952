/** Columns on top of each other, one stack a month or an hour. The same numbers stand in a table beside it. */

import { useCallback } from "react";
import { Chart, type Ink } from "../../shell/Chart";

const LIGHT = ["#1f77c0", "#0f7b6c", "#b4540a", "#8a3ffc", "#6e6e6e", "#a4262c", "#5c2e91", "#986f0b", "#004b50"];
const DARK = ["#6cb8f0", "#57c7b6", "#f2a35e", "#bd9bff", "#b5b5b5", "#f1707b", "#c8a2e8", "#e0c060", "#7fd0d6"];

export default function Columns({ label, at, series }: { label: string; at: string[]; series: { name: string; values: number[] }[] }) {
  const option = useCallback(
    ({ text, line, dark }: Ink) => ({
      color: dark ? DARK : LIGHT,
      legend: { bottom: 0, textStyle: { color: text }, type: "plain", show: series.length > 1 },
      grid: { left: 8, right: 16, top: 16, bottom: series.length > 1 ? 56 : 8, containLabel: true },
      xAxis: { type: "category", data: at, axisLabel: { color: text, hideOverlap: true } },
      yAxis: { type: "value", minInterval: 1, axisLabel: { color: text }, splitLine: { lineStyle: { color: line } } },
      series: series.map((it) => ({ name: it.name, type: "bar", stack: "all", barMaxWidth: 32, data: it.values })),
    }),
    [at, series],
  );
  return <Chart label={label} height={240} option={option} />;
}
