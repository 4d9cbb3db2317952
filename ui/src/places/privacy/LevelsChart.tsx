/** The levels as a stack of areas. The same numbers stand in a table beside it, so colour carries nothing alone. */

import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { count, day } from "../../api/row";
import { useTheme } from "../../shell/look";
import type { Point } from "./ConsentTrend";

echarts.use([LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

/** From no consent to profiling: one hue that grows stronger, grey for none. */
const LIGHT = ["#c8c6c4", "#b3dbf2", "#7dbce8", "#4a9bd9", "#1f77c0", "#0b4a82"];
const DARK = ["#5c5a58", "#1d4660", "#226389", "#2b82b5", "#4aa5dc", "#9ad2f5"];

export default function LevelsChart({ points, levels, label }: { points: Point[]; levels: string[]; label: string }) {
  const place = useRef<HTMLDivElement>(null);
  const { dark } = useTheme();
  useEffect(() => {
    if (!place.current) return;
    const chart = echarts.init(place.current);
    const ink = dark ? "#d6d6d6" : "#424242";
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    chart.setOption({
      animation: !still,
      color: dark ? DARK : LIGHT,
      textStyle: { fontFamily: "inherit" },
      legend: { bottom: 0, textStyle: { color: ink }, type: "plain" },
      // Written by the chart into an element of its own: plain text, without styles that the page's policy refuses.
      tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (value: unknown) => count(Number(value)) },
      grid: { left: 8, right: 16, top: 16, bottom: 64, containLabel: true },
      xAxis: { type: "category", boundaryGap: false, data: points.map((it) => day(it.from)), axisLabel: { color: ink } },
      yAxis: { type: "value", minInterval: 1, axisLabel: { color: ink }, splitLine: { lineStyle: { color: dark ? "#3d3d3d" : "#e0e0e0" } } },
      series: levels.map((name, at) => ({
        name, type: "line", stack: "all", areaStyle: { opacity: 0.9 }, lineStyle: { width: 1 }, symbol: "none", emphasis: { focus: "series" },
        data: points.map((it) => it.levels[at] ?? 0),
      })),
    });
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [points, levels, dark]);
  return <div ref={place} role="img" aria-label={label} style={{ height: 360, width: "100%" }} />;
}
