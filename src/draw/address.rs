//! Where a store is. A password in it is for the environment only, and is never shown.

use std::path::Path;

/// The address of a store: `sqlite:FILE` or `postgres://HOST/DATABASE`.
pub(crate) struct Address(pub(super) String);

impl Address {
    /// As the database is opened with it.
    pub(crate) fn url(&self) -> &str {
        &self.0
    }

    /// The file of a SQLite store.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.0.strip_prefix("sqlite:").map(Path::new)
    }

    /// Whether it is a server's and does not say as whom: the login name does not stand in for it.
    pub(crate) fn names_no_role(&self) -> bool {
        let server = self.0.strip_prefix("postgres").and_then(|rest| rest.split_once("://"));
        server.is_some_and(|(_, rest)| !rest.contains('@') && !rest.contains("user="))
    }
}

impl std::fmt::Display for Address {
    /// Without user and parameters where one of them is a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whole = || (has_password(&self.0)).then(|| self.0.split_once("://")).flatten();
        let Some((scheme, rest)) = whole() else { return f.write_str(&self.0) };
        let place = rest.split('?').next().unwrap_or_default();
        write!(f, "{scheme}://{}", place.rsplit_once('@').map_or(place, |(_, host)| host))
    }
}

/// Whether an address has a password in it.
pub(crate) fn has_password(address: &str) -> bool {
    let Some((_, rest)) = address.split_once("://") else { return false };
    let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    // A password may have a slash in it, although it should be written %2F.
    place.rsplit_once('@').is_some_and(|(user, _)| user.contains(':')) || parameters.contains("password=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_found_and_never_shown() {
        for good in [
            "sqlite:draw/intake.sqlite",
            "postgres:///jebi?host=/run/postgresql",
            "postgres://jebi@db:5432/jebi",
            "postgres://[::1]:5432/jebi",
        ] {
            assert!(!has_password(good), "{good}");
            assert_eq!(Address(good.to_owned()).names_no_role(), !good.contains('@') && good.starts_with("postgres"));
            assert_eq!(Address(good.to_owned()).to_string(), good);
        }
        for bad in [
            "postgres://jebi:secret@db:5432/jebi",
            "postgresql://jebi:secret@db:5432/jebi?sslmode=disable",
            "postgres://jebi:se/secret@db:5432/jebi",
            "postgres://jebi:se@secret@db:5432/jebi",
            "postgres://db:5432/jebi?user=jebi&password=secret",
        ] {
            assert!(has_password(bad), "{bad}");
            let shown = Address(bad.to_owned()).to_string();
            assert!(shown.ends_with("://db:5432/jebi"), "{shown}");
        }
    }
}
