/** A number over time, which stays as it is until it changes. */

import { useCallback } from "react";
import { Chart, type Ink } from "./Chart";

export default function LineChart({ label, points }: { label: string; points: { at: string; value: number }[] }) {
  const option = useCallback(
    ({ text, line, brand }: Ink) => ({
      grid: { left: 48, right: 16, top: 16, bottom: 32 },
      xAxis: { type: "time", axisLabel: { color: text, hideOverlap: true } },
      yAxis: { type: "value", minInterval: 1, axisLabel: { color: text }, splitLine: { lineStyle: { color: line } } },
      series: [
        { type: "line", step: "end", name: label, showSymbol: points.length < 50, color: brand, data: points.map(({ at, value }) => [at, value]) },
      ],
    }),
    [label, points],
  );
  return <Chart label={label} height={260} option={option} />;
}
