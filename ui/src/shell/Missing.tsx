import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "./state";

/** Nothing is at this address. */
export function Missing() {
  const { t } = useTranslation();
  return (
    <Empty title={t("missing")}>
      <Link to="/">{t("home")}</Link>
    </Empty>
  );
}
