//! Carrying out a request and putting what it gives into a folder.
//!
//! *Not* the package or the proof themselves (`privacy`). Invariant: a file appears under its name
//! only when it is whole, and this account alone may read it.

use std::{
    fs::{File, OpenOptions},
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use kernel::{Error, Result, uuid::Uuid};
use privacy::request::{self, Answer, DataSubjectRequest, Type};
use serde_json::json;

use crate::{engine::Engine, out::Out};

/// Carries out an approved request and shows what came of it.
///
/// # Errors
/// `Conflict` when the plan is not approved or no longer covers what is in the store; `Invalid` where
/// there is something to write and no folder.
pub fn carry_out(engine: &Engine, id: Uuid, folder: Option<&Path>, out: &mut Out) -> Result<()> {
    let request = engine.db.read(&engine.cx, |rx| DataSubjectRequest::get(rx, id))?;
    if matches!(Type::of_option(request.kind)?, Type::Objection | Type::Restriction) {
        let answer = request::run(&engine.db, &engine.cx, id, &mut std::io::sink())?;
        return marked(&request, answer, out);
    }
    let folder = folder.ok_or_else(|| Error::invalid("--out", "name the folder for the package or the proof"))?;
    out.progress("carrying out the request", 0, 0)?;
    let mut draft = Draft::new(folder, &request.name)?;
    match request::run(&engine.db, &engine.cx, id, &mut draft.file) {
        Ok(Answer::Package { sha256, rows }) => {
            let file = draft.keep("zip")?;
            out.answer(
                &json!({ "id": id, "number": request.name, "state": "completed", "file": file, "sha256": sha256, "rows": rows }),
                format!("{}: {rows} rows, SHA-256 {sha256}", file.display()),
            )
        }
        Ok(Answer::Erased(proof)) => {
            serde_json::to_writer_pretty(&mut draft.file, &proof)?;
            draft.file.write_all(b"\n")?;
            let file = draft.keep("proof.json")?;
            out.answer(
                &json!({ "id": id, "number": request.name, "state": "completed", "file": file, "proof": proof }),
                format!("erased; the signed proof is in {}", file.display()),
            )
        }
        Ok(answer) => {
            draft.discard();
            marked(&request, answer, out)
        }
        Err(error) => {
            draft.discard();
            Err(error)
        }
    }
}

fn marked(request: &DataSubjectRequest, answer: Answer, out: &mut Out) -> Result<()> {
    let Answer::Marked(result) = answer else { return Err(Error::bug("this type of request gives files")) };
    let json = json!({ "id": request.id, "number": request.name, "state": "completed", "result": result });
    out.answer(&json, result)
}

struct Draft {
    folder: PathBuf,
    name: String,
    path: PathBuf,
    file: File,
}

impl Draft {
    fn new(folder: &Path, name: &str) -> Result<Draft> {
        let failed = |error: std::io::Error| {
            Error::invalid("--out", format!("{} cannot be written: {}", folder.display(), error.kind()))
        };
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        // A number has no character that could lead out of the folder, but rows can be written by programs.
        let name: String =
            name.chars().map(|it| if it.is_ascii_alphanumeric() || it == '-' { it } else { '_' }).collect();
        let path = folder.join(format!("{name}.part"));
        let file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path).map_err(failed)?;
        Ok(Draft { folder: folder.to_owned(), name, path, file })
    }
    fn keep(self, extension: &str) -> Result<PathBuf> {
        self.file.sync_all()?;
        let path = self.folder.join(format!("{}.{extension}", self.name));
        std::fs::rename(&self.path, &path)?;
        Ok(path)
    }
    fn discard(self) {
        let _leftover = std::fs::remove_file(&self.path);
    }
}
