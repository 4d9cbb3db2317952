import { Button } from "@fluentui/react-components";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

export function Open({ to }: { to: string }) {
  const { t } = useTranslation("design");
  const navigate = useNavigate();
  return <Button appearance="primary" onClick={() => void navigate({ to })}>{t("open")}</Button>;
}
