import { Button } from "@fluentui/react-components";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** From a journey's record to its designer. */
export default function JourneyCommands({ id }: { id: string }) {
  const { t } = useTranslation("journey");
  const navigate = useNavigate();
  return <Button appearance="primary" onClick={() => void navigate({ to: `/journey/${id}` })}>{t("open")}</Button>;
}
