/** Bars, the first one on top. Their numbers stand in a table beside them for whoever does not see them. */

import { tokens } from "@fluentui/react-components";
import { BarChart as Bar } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import i18n from "i18next";
import { useEffect, useRef } from "react";
import { useTheme } from "./look";

use([Bar, GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

export default function BarChart({ label, bars }: { label: string; bars: { label: string; value: number }[] }) {
  const box = useRef<HTMLDivElement>(null);
  const { dark } = useTheme();
  useEffect(() => {
    const it = box.current;
    if (!it) return;
    const style = getComputedStyle(it);
    const color = (token: string) => style.getPropertyValue(token.replace(/^var\(|\)$/g, ""));
    const chart = init(it, null, { renderer: "svg" });
    const text = color(tokens.colorNeutralForeground1);
    const said = (value: unknown) => new Intl.NumberFormat(i18n.language).format(Number(value));
    chart.setOption({
      aria: { enabled: true, label: { description: label } },
      grid: { left: 8, right: 56, top: 8, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: said },
      xAxis: { type: "value", show: false },
      yAxis: { type: "category", inverse: true, data: bars.map((it) => it.label), axisLabel: { color: text, width: 220, overflow: "truncate" }, axisTick: { show: false } },
      series: [
        {
          type: "bar", color: color(tokens.colorBrandBackground), data: bars.map((it) => it.value), barMaxWidth: 28,
          label: { show: true, position: "right", color: text, formatter: ({ value }: { value: unknown }) => said(value) },
        },
      ],
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(it);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [label, bars, dark]);
  return <div ref={box} role="img" aria-label={label} style={{ height: 40 + bars.length * 40 }} />;
}
