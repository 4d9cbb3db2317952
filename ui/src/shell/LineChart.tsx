/** A line over time. Its numbers stand in a table beside it for whoever does not see it. */

import { tokens } from "@fluentui/react-components";
import { LineChart as Line } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import i18n from "i18next";
import { useEffect, useRef } from "react";
import { useTheme } from "./look";

use([Line, GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

export default function LineChart({ label, points }: { label: string; points: { at: string; value: number }[] }) {
  const box = useRef<HTMLDivElement>(null);
  const { dark } = useTheme();
  useEffect(() => {
    const it = box.current;
    if (!it) return;
    const style = getComputedStyle(it);
    const color = (token: string) => style.getPropertyValue(token.replace(/^var\(|\)$/g, ""));
    const chart = init(it, null, { renderer: "svg" });
    const text = color(tokens.colorNeutralForeground2);
    chart.setOption({
      aria: { enabled: true, label: { description: label } },
      grid: { left: 48, right: 16, top: 16, bottom: 32 },
      tooltip: { trigger: "axis" },
      xAxis: { type: "time", axisLabel: { color: text, hideOverlap: true } },
      yAxis: { type: "value", minInterval: 1, axisLabel: { color: text }, splitLine: { lineStyle: { color: color(tokens.colorNeutralStroke2) } } },
      series: [
        {
          type: "line", step: "end", name: label, showSymbol: points.length < 50, color: color(tokens.colorBrandStroke1),
          data: points.map(({ at, value }) => [at, value]),
          tooltip: { valueFormatter: (value: unknown) => new Intl.NumberFormat(i18n.language).format(Number(value)) },
        },
      ],
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(it);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [label, points, dark]);
  return <div ref={box} role="img" aria-label={label} style={{ height: 260 }} />;
}
