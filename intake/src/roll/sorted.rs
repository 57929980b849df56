//! The lines of a roll's file in order of persons, however many there are: sorted part by part, then merged (Knuth, TAOCP 3,
//! §5.4.1). What does not fit in memory lies in a file without a name, where the system keeps what is temporary.
//!
//! **Invariant:** memory holds as many lines as it is given room for and a page of each part, however long the file is. The
//! file is gone with the program, however that ends.

use crate::secrets::Person;
use protocol::programme::civil::Date;
use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs::File,
    io::{self, ErrorKind, Write},
    os::unix::fs::FileExt,
};

/// A line of a file, understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Staged {
    pub(super) person: Person,
    /// Where it stands in the file, from 1.
    pub(super) line: u64,
    pub(super) born: Date,
    /// The district's place in the programme.
    pub(super) district: u16,
    /// The person's cohort, if the programme has one.
    pub(super) cohort: Option<u16>,
}

/// Lines that are held in memory: 56 MB.
pub(super) const ROOM: usize = 1_000_000;

/// Lines of one part that are read together.
const PAGE: usize = 2_000;

/// Bytes of a line in the file.
const LINE: usize = 55;

/// Lines in the order in which they were put: those before in the file, the last in memory.
#[derive(Debug)]
pub(super) struct Kept {
    room: usize,
    file: Option<File>,
    in_file: u64,
    held: Vec<Staged>,
}

impl Kept {
    /// None yet; `room` lines stay in memory.
    pub(super) fn new(room: usize) -> Self {
        Self { room, file: None, in_file: 0, held: Vec::new() }
    }

    pub(super) fn len(&self) -> u64 {
        self.in_file + self.held.len() as u64
    }

    pub(super) fn put(&mut self, line: Staged) -> io::Result<()> {
        if self.held.len() >= self.room {
            self.let_go()?;
        }
        self.held.push(line);
        Ok(())
    }

    /// Up to `limit` lines from this place on.
    pub(super) fn get(&self, from: u64, limit: usize) -> io::Result<Vec<Staged>> {
        let from_file = self.in_file.saturating_sub(from).min(limit as u64);
        let mut lines = Vec::with_capacity(limit);
        if let Some(file) = self.file.as_ref().filter(|_| from_file > 0) {
            let mut bytes = vec![0; usize::try_from(from_file).map_err(io::Error::other)? * LINE];
            file.read_exact_at(&mut bytes, from * LINE as u64)?;
            let (rows, _) = bytes.as_chunks::<LINE>();
            for row in rows {
                lines.push(decode(row).ok_or(ErrorKind::InvalidData)?);
            }
        }
        let rest = usize::try_from((from + from_file).saturating_sub(self.in_file)).map_err(io::Error::other)?;
        lines.extend(self.held.iter().skip(rest).take(limit - lines.len()));
        Ok(lines)
    }

    fn let_go(&mut self) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(self.held.len() * LINE);
        self.held.iter().for_each(|line| encode(line, &mut bytes));
        let file = match self.file.take() {
            Some(file) => file,
            None => tempfile::tempfile()?,
        };
        file.write_all_at(&bytes, self.in_file * LINE as u64)?;
        (self.file, self.in_file) = (Some(file), self.len());
        self.held.clear();
        Ok(())
    }
}

fn encode(line: &Staged, bytes: &mut Vec<u8>) {
    let Staged { person, line, born, district, cohort } = line;
    bytes.extend_from_slice(&person.0);
    bytes.extend_from_slice(&line.to_be_bytes());
    // A vector takes whatever is written.
    let _ = write!(bytes, "{born}");
    bytes.extend_from_slice(&district.to_be_bytes());
    bytes.push(u8::from(cohort.is_some()));
    bytes.extend_from_slice(&cohort.unwrap_or_default().to_be_bytes());
}

fn decode(bytes: &[u8; LINE]) -> Option<Staged> {
    let (person, rest) = bytes.split_first_chunk()?;
    let (line, rest) = rest.split_first_chunk()?;
    let (born, rest) = rest.split_first_chunk()?;
    let (district, rest) = rest.split_first_chunk()?;
    let (has_cohort, cohort) = rest.split_first()?;
    let cohort = u16::from_be_bytes(cohort.try_into().ok()?);
    Some(Staged {
        person: Person(*person),
        line: u64::from_be_bytes(*line),
        born: date(born)?,
        district: u16::from_be_bytes(*district),
        cohort: Some(cohort).filter(|_| *has_cohort == 1),
    })
}

/// YYYY-MM-DD.
fn date(text: &[u8; 10]) -> Option<Date> {
    let [a, b, c, d, b'-', e, f, b'-', g, h] = *text else { return None };
    let digit = |byte: u8| byte.checked_sub(b'0').and_then(|digit| i8::try_from(digit).ok());
    let two = |tens: u8, ones: u8| digit(tens)?.checked_mul(10)?.checked_add(digit(ones)?);
    let year = i16::from(two(a, b)?) * 100 + i16::from(two(c, d)?);
    Date::new(year, two(e, f)?, two(g, h)?)
}

/// Lines that are being sorted.
#[derive(Debug)]
pub(super) struct Sorter {
    kept: Kept,
    /// Where each part in the file ends.
    ends: Vec<u64>,
}

impl Sorter {
    /// No lines yet; `room` of them are held in memory.
    pub(super) fn new(room: usize) -> Self {
        Self { kept: Kept::new(room), ends: Vec::new() }
    }

    pub(super) fn put(&mut self, line: Staged) -> io::Result<()> {
        if self.kept.held.len() >= self.kept.room {
            self.end_part();
        }
        self.kept.put(line)
    }

    /// All lines in order of persons, those of one person in the order of the file.
    pub(super) fn sorted(mut self) -> io::Result<Sorted> {
        self.end_part();
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let parts = starts.zip(&self.ends).map(|(next, end)| Part { next, end: *end, page: Vec::new().into_iter() });
        let mut sorted = Sorted { parts: parts.collect(), kept: self.kept, first: BinaryHeap::new() };
        for part in 0..sorted.parts.len() {
            sorted.go_on(part)?;
        }
        Ok(sorted)
    }

    fn end_part(&mut self) {
        self.kept.held.sort_unstable_by_key(|line| (line.person, line.line));
        self.ends.push(self.kept.len());
    }
}

/// Lines in order.
#[derive(Debug)]
pub(super) struct Sorted {
    kept: Kept,
    parts: Vec<Part>,
    /// The first line of each part that has one: person, line, part, and the rest of it.
    first: BinaryHeap<Reverse<(Person, u64, usize, Rest)>>,
}

/// What is left of a part.
#[derive(Debug)]
struct Part {
    next: u64,
    end: u64,
    page: std::vec::IntoIter<Staged>,
}

/// Birth date, district, cohort.
type Rest = (Date, u16, Option<u16>);

impl Sorted {
    /// The next line; none after the last.
    pub(super) fn next(&mut self) -> io::Result<Option<Staged>> {
        let Some(Reverse((person, line, part, (born, district, cohort)))) = self.first.pop() else { return Ok(None) };
        self.go_on(part)?;
        Ok(Some(Staged { person, line, born, district, cohort }))
    }

    /// Lets this part's next line compete.
    fn go_on(&mut self, number: usize) -> io::Result<()> {
        let Some(part) = self.parts.get_mut(number) else { return Ok(()) };
        if part.page.len() == 0 {
            let left = usize::try_from(part.end - part.next).map_err(io::Error::other)?;
            let page = self.kept.get(part.next, left.min(PAGE))?;
            part.next += page.len() as u64;
            part.page = page.into_iter();
        }
        if let Some(Staged { person, line, born, district, cohort }) = part.page.next() {
            self.first.push(Reverse((person, line, number, (born, district, cohort))));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
