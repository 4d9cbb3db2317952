/** Bars, the first one on top. */

import { useCallback } from "react";
import { count } from "../api/row";
import { Chart, type Ink } from "./Chart";

export default function BarChart({ label, bars }: { label: string; bars: { label: string; value: number }[] }) {
  const option = useCallback(
    ({ text, brand }: Ink) => ({
      grid: { left: 8, right: 56, top: 8, bottom: 8, containLabel: true },
      xAxis: { type: "value", show: false },
      yAxis: { type: "category", inverse: true, data: bars.map((it) => it.label), axisLabel: { color: text, width: 220, overflow: "truncate" }, axisTick: { show: false } },
      series: [
        {
          type: "bar", color: brand, data: bars.map((it) => it.value), barMaxWidth: 28,
          label: { show: true, position: "right", color: text, formatter: ({ value }: { value: unknown }) => count(Number(value)) },
        },
      ],
    }),
    [bars],
  );
  return <Chart label={label} height={40 + bars.length * 40} option={option} />;
}
