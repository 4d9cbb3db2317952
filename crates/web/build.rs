//! The application in the browser is made by npm, beside cargo; when its files change, they are taken in anew.

fn main() {
    println!("cargo:rerun-if-changed=../../ui/dist");
}
