//! The tables of `data/`: districts with residents, and vaccination centres. Columns are described in `data/README.md`.
//!
//! **Invariant:** both tables have rows, their keys ascend, every centre stands in a known district, and somebody lives
//! in Korea.

use csv::StringRecord;

/// A district: si, gun or gu in the boundaries of 2018.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct District {
    /// Code of Statistics Korea, 2018.
    pub code: String,
    /// Province and district in Korean.
    pub name_ko: String,
    /// District and province in English.
    pub name_en: String,
    /// Residents of each cohort of [`super::COHORTS`], in its order.
    pub residents: [u32; 2],
    /// Centroid, in millionths of a degree.
    pub latitude_microdeg: i32,
    /// Centroid, in millionths of a degree.
    pub longitude_microdeg: i32,
}

/// A vaccination centre of 2021.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Centre {
    /// Identifier, fit for a programme.
    pub id: String,
    /// Name in Korean. Names repeat.
    pub name: String,
    /// Place of its district in [`Tables::districts`].
    pub district: u32,
    /// In millionths of a degree.
    pub latitude_microdeg: i32,
    /// In millionths of a degree.
    pub longitude_microdeg: i32,
}

/// Both tables, joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables {
    districts: Vec<District>,
    centres: Vec<Centre>,
}

/// What is wrong with a table. Lines count from 1, the header's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The first line is not the header.
    #[error("{table}: the first line must be {expected}")]
    Header {
        /// `districts` or `centres`.
        table: &'static str,
        /// The header that was expected.
        expected: &'static str,
    },
    /// Not CSV, or not as many fields as the header has.
    #[error("{table}, line {line}: not a row of the header's fields")]
    Row {
        /// `districts` or `centres`.
        table: &'static str,
        /// Line in the file.
        line: u64,
    },
    /// A field cannot be read: a number, or a coordinate with exactly six digits after the point.
    #[error("{table}, line {line}: {column} cannot be read")]
    Field {
        /// `districts` or `centres`.
        table: &'static str,
        /// Line in the file.
        line: u64,
        /// The column's name.
        column: &'static str,
    },
    /// Codes or ids do not ascend, or one repeats.
    #[error("{table}, line {line}: keys must ascend")]
    Order {
        /// `districts` or `centres`.
        table: &'static str,
        /// Line in the file.
        line: u64,
    },
    /// A centre stands in a district that is not in the other table.
    #[error("centres, line {line}: no district {district}")]
    UnknownDistrict {
        /// Line in the file.
        line: u64,
        /// The code found.
        district: String,
    },
    /// No row, or no resident.
    #[error("{table}: empty")]
    Empty {
        /// `districts` or `centres`.
        table: &'static str,
    },
}

const DISTRICTS: &str = "districts";
const DISTRICT_COLUMNS: &str =
    "code,province_ko,province_en,name_ko,name_en,residents_50_59,residents_60_69,latitude,longitude";
const CENTRES: &str = "centres";
const CENTRE_COLUMNS: &str = "id,district,name,latitude,longitude";

impl Tables {
    /// Reads both tables, in the form of `data/`.
    ///
    /// # Errors
    ///
    /// Says which line of which table is not as the invariant needs it.
    pub fn parse(districts_csv: &str, centres_csv: &str) -> Result<Self, TableError> {
        let districts = rows(DISTRICTS, DISTRICT_COLUMNS, districts_csv)?
            .iter()
            .map(Row::district)
            .collect::<Result<Vec<_>, _>>()?;
        if districts.iter().flat_map(|district| district.residents).all(|count| count == 0) {
            return Err(TableError::Empty { table: DISTRICTS });
        }
        let centres = rows(CENTRES, CENTRE_COLUMNS, centres_csv)?
            .iter()
            .map(|row| row.centre(&districts))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { districts, centres })
    }

    /// The tables of `data/`: 250 districts, 284 centres.
    ///
    /// # Errors
    ///
    /// None as long as the committed tables pass their tests.
    pub fn korea() -> Result<Self, TableError> {
        Self::parse(include_str!("../../../data/districts.csv"), include_str!("../../../data/centres.csv"))
    }

    /// Districts by ascending code.
    pub fn districts(&self) -> &[District] {
        &self.districts
    }

    /// Centres by ascending id.
    pub fn centres(&self) -> &[Centre] {
        &self.centres
    }
}

/// One line below the header.
struct Row {
    table: &'static str,
    line: u64,
    record: StringRecord,
}

/// The rows of a table under its exact header, keys ascending, at least one.
fn rows(table: &'static str, columns: &'static str, text: &str) -> Result<Vec<Row>, TableError> {
    if text.lines().next() != Some(columns) {
        return Err(TableError::Header { table, expected: columns });
    }
    let mut rows: Vec<Row> = Vec::new();
    for (record, expected_line) in csv::Reader::from_reader(text.as_bytes()).into_records().zip(2..) {
        let Ok(record) = record else {
            return Err(TableError::Row { table, line: expected_line });
        };
        let line = record.position().map_or(expected_line, csv::Position::line);
        if rows.last().is_some_and(|before| before.record.get(0) >= record.get(0)) {
            return Err(TableError::Order { table, line });
        }
        rows.push(Row { table, line, record });
    }
    if rows.is_empty() {
        return Err(TableError::Empty { table });
    }
    Ok(rows)
}

impl Row {
    fn district(&self) -> Result<District, TableError> {
        let (province_ko, province_en) = (self.text(1, "province_ko")?, self.text(2, "province_en")?);
        let (name_ko, name_en) = (self.text(3, "name_ko")?, self.text(4, "name_en")?);
        // Sejong is a province and a district in one.
        let alone = name_en.strip_suffix("-si") == Some(province_en);
        Ok(District {
            code: self.text(0, "code")?.to_owned(),
            name_ko: if alone { province_ko.to_owned() } else { format!("{province_ko} {name_ko}") },
            name_en: if alone { province_en.to_owned() } else { format!("{name_en}, {province_en}") },
            residents: [self.count(6, "residents_60_69")?, self.count(5, "residents_50_59")?],
            latitude_microdeg: self.microdegrees(7, "latitude")?,
            longitude_microdeg: self.microdegrees(8, "longitude")?,
        })
    }

    fn centre(&self, districts: &[District]) -> Result<Centre, TableError> {
        let code = self.text(1, "district")?;
        let Some((district, _)) = (0u32..).zip(districts).find(|(_, district)| district.code == code) else {
            return Err(TableError::UnknownDistrict { line: self.line, district: code.to_owned() });
        };
        Ok(Centre {
            id: self.text(0, "id")?.to_owned(),
            name: self.text(2, "name")?.to_owned(),
            district,
            latitude_microdeg: self.microdegrees(3, "latitude")?,
            longitude_microdeg: self.microdegrees(4, "longitude")?,
        })
    }

    fn text(&self, at: usize, column: &'static str) -> Result<&str, TableError> {
        self.record.get(at).filter(|text| !text.is_empty()).ok_or_else(|| self.unreadable(column))
    }

    fn count(&self, at: usize, column: &'static str) -> Result<u32, TableError> {
        self.text(at, column)?.parse().map_err(|_| self.unreadable(column))
    }

    fn microdegrees(&self, at: usize, column: &'static str) -> Result<i32, TableError> {
        let text = self.text(at, column)?;
        let digits = text.split_once('.').filter(|(_, fraction)| fraction.len() == 6);
        digits
            .and_then(|(degrees, fraction)| format!("{degrees}{fraction}").parse().ok())
            .filter(|microdegrees| (0..=180_000_000).contains(microdegrees))
            .ok_or_else(|| self.unreadable(column))
    }

    fn unreadable(&self, column: &'static str) -> TableError {
        TableError::Field { table: self.table, line: self.line, column }
    }
}
