import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** Where a page of settings belongs: above its heading. */
export function Above({ to, name }: { to?: string; name?: string }) {
  const { t } = useTranslation("settings");
  return (
    <nav aria-label={t("whereabouts")}>
      <Link to="/settings">{t("title")}</Link>
      {to && <>{" › "}<Link to={to}>{name}</Link></>}
    </nav>
  );
}
