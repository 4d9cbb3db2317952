//! Callers that each send the next request when the last is answered, over one connection that stays.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};

use crate::{store, table::rate};

/// Ticks of processor time a second, as Linux shows them to programs.
const TICKS: f64 = 100.0;

/// What to send where.
pub struct Load<'l> {
    pub address: &'l str,
    pub callers: usize,
    pub seconds: u64,
    /// The process whose time is taken.
    pub process: u32,
    /// The status of a right answer.
    pub status: u16,
}

/// What came of it.
pub struct Rate {
    pub per_second: f64,
    /// Processor time of the server for each request, in microseconds.
    pub cpu_micros: f64,
}

impl Load<'_> {
    /// Sends requests made from a running number.
    pub fn run(&self, make: &(dyn Fn(usize) -> String + Sync)) -> anyhow::Result<Rate> {
        let number = AtomicUsize::new(0);
        let (start, before) = (store::now(), processor_time(self.process)?);
        let until = Duration::from_secs(self.seconds);
        let counts = thread::scope(|scope| {
            let callers: Vec<_> = (0..self.callers)
                .map(|_| {
                    scope.spawn(|| -> anyhow::Result<u64> {
                        let mut connection = connect(self.address)?;
                        let mut done = 0;
                        while start.elapsed() < until {
                            let request = make(number.fetch_add(1, Ordering::Relaxed));
                            let (status, text) = exchange(&mut connection, &request)?;
                            ensure!(status == self.status, "{status} {text}");
                            done += 1;
                        }
                        Ok(done)
                    })
                })
                .collect();
            let joined =
                callers.into_iter().map(|it| it.join().map_err(|_| anyhow::anyhow!("a caller stopped in the middle")));
            joined.collect::<anyhow::Result<Vec<_>>>()
        })?;
        let seconds = start.elapsed().as_secs_f64();
        let used = processor_time(self.process)? - before;
        let done: u64 = counts.into_iter().sum::<anyhow::Result<u64>>()?;
        Ok(Rate { per_second: rate(done, seconds), cpu_micros: used * 1e6 / rate(done, 1.0).max(1.0) })
    }
}

/// One request over a connection of its own.
pub fn ask(address: &str, request: &str) -> anyhow::Result<(u16, String)> {
    exchange(&mut connect(address)?, request)
}

fn connect(address: &str) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Sends a request and reads its answer whole.
fn exchange(stream: &mut TcpStream, request: &str) -> anyhow::Result<(u16, String)> {
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::with_capacity(4_096);
    let mut piece = [0; 16 * 1024];
    loop {
        let read = stream.read(&mut piece)?;
        if read == 0 {
            bail!("the server closed the connection");
        }
        bytes.extend_from_slice(piece.get(..read).unwrap_or_default());
        let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).to_ascii_lowercase();
        let status = head.get(9..12).and_then(|it| it.parse().ok()).context("no status")?;
        let length = head.lines().find_map(|it| it.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
        ensure!(length.is_some() || status == 204, "an answer without a length: {head}");
        if bytes.len() >= end + 4 + length.unwrap_or_default() {
            return Ok((status, String::from_utf8_lossy(bytes.get(end + 4..).unwrap_or_default()).into_owned()));
        }
    }
}

/// Seconds that a process had of the processors, in and below the operating system.
fn processor_time(process: u32) -> anyhow::Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).context("processor time is read from /proc")?;
    let (_, behind) = text.rsplit_once(')').context("an unknown form of /proc/…/stat")?;
    let fields: Vec<&str> = behind.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|it| it.parse::<f64>().ok()).context("no processor time");
    Ok((ticks(11)? + ticks(12)?) / TICKS)
}
