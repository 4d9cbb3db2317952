/**
 * A chart in the colours of the page, as high as it is told, still for whoever wants no motion. Its numbers stand in a
 * table beside it for whoever does not see it.
 *
 * What appears beside the pointer is drawn by the chart itself: the page's policy refuses the styles of echarts' own HTML.
 */

import { makeStyles, tokens } from "@fluentui/react-components";
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { count } from "../api/row";
import { useTheme } from "./look";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, SVGRenderer]);

/** The colours in force, which a chart cannot take from a style sheet. */
export interface Ink {
  text: string;
  line: string;
  brand: string;
  dark: boolean;
}

const useStyles = makeStyles({ box: { width: "100%" } });

export function Chart({ label, height, option }: {
  label: string;
  height: number;
  /** What is drawn; keep it as long as its numbers stay. */
  option(ink: Ink): EChartsCoreOption;
}) {
  const styles = useStyles();
  const box = useRef<HTMLDivElement>(null);
  const { dark } = useTheme();
  useEffect(() => {
    const it = box.current;
    if (!it) return;
    const style = getComputedStyle(it);
    const color = (token: string) => style.getPropertyValue(token.replace(/^var\(|\)$/g, ""));
    const ink = {
      text: color(tokens.colorNeutralForeground2), line: color(tokens.colorNeutralStroke2), brand: color(tokens.colorBrandBackground), dark,
    };
    const chart = init(it, null, { renderer: "svg" });
    chart.setOption({
      aria: { enabled: true, label: { description: label } },
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      textStyle: { fontFamily: style.fontFamily },
      tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (value: unknown) => count(Number(value)) },
      ...option(ink),
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(it);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [label, option, dark]);
  return <div ref={box} role="img" aria-label={label} className={styles.box} style={{ height }} />;
}
