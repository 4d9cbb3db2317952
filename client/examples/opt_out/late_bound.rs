//! "Opt out of data analytics (GDPR)", the late-bound example.

use assent_client::{Client, Columns, Result, Uuid};

/// Keeps analytics from a contact's data.
pub async fn opt_out(client: &Client, contact_id: Uuid) -> Result<()> {
    // Create a column set to define which attribute should be retrieved.
    let attributes = Columns::of(["msdyn_gdproptout"]);

    // Retrieve the contact and its msdyn_gdproptout attribute.
    let mut contact = client.retrieve("contact", contact_id, &attributes).await?;

    // Update the msdyn_gdproptout attribute value.
    contact.set("msdyn_gdproptout", true);

    // Update the contact record.
    client.update(&mut contact).await
}
