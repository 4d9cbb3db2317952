/** How deep a privilege reaches, as a circle that is fuller the deeper it is; the words are beside it for whoever does not see it. */

import { tokens } from "@fluentui/react-components";

export const DEPTHS = ["none", "user", "unit", "below", "organization"] as const;
/** As Dataverse says them. */
export const WORDS = ["None", "Basic", "Local", "Deep", "Global"] as const;

const RADIUS = 7;

export function Circle({ depth }: { depth: number }) {
  const angle = (depth / 4) * 2 * Math.PI;
  const [x, y] = [9 + RADIUS * Math.sin(angle), 9 - RADIUS * Math.cos(angle)];
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <circle cx="9" cy="9" r={RADIUS} fill={depth === 4 ? tokens.colorBrandForeground1 : "none"} stroke={depth ? tokens.colorBrandForeground1 : tokens.colorNeutralStroke1} strokeWidth="1.5" />
      {depth > 0 && depth < 4 && (
        <path d={`M9 9 L9 ${9 - RADIUS} A${RADIUS} ${RADIUS} 0 ${depth > 2 ? 1 : 0} 1 ${x} ${y} Z`} fill={tokens.colorBrandForeground1} />
      )}
    </svg>
  );
}
