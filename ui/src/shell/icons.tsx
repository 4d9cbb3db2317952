/** The few pictures that the pages use, drawn here; each stands beside words or has a label. */

import type { SVGProps } from "react";

const icon = (path: string) =>
  function Icon(props: SVGProps<SVGSVGElement>) {
    return (
      <svg
        width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5"
        strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" {...props}
      >
        <path d={path} />
      </svg>
    );
  };

export const MenuIcon = icon("M3 5h14M3 10h14M3 15h14");
export const SearchIcon = icon("M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4Zm4 9 4 4");
export const AddIcon = icon("M10 4v12M4 10h12");
export const RemoveIcon = icon("M5 5l10 10M15 5 5 15");
export const UpIcon = icon("M5 12l5-5 5 5");
export const DownIcon = icon("M5 8l5 5 5-5");
export const FilterIcon = icon("M3 5h14l-5.5 6v5l-3-1.5V11L3 5Z");
export const ColumnsIcon = icon("M4 4h4v12H4zM12 4h4v12h-4z");
export const DragIcon = icon("M7 5v.01M13 5v.01M7 10v.01M13 10v.01M7 15v.01M13 15v.01");
export const WarnIcon = icon("M10 3l8 14H2L10 3Zm0 5v4m0 2.5v.01");
export const TickIcon = icon("M4 11l4 4 8-9");
