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
    /// Nothing but the scheme where a password is in it: which part that is depends on what was forgotten to be escaped.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.split_once("://") {
            Some((scheme, _)) if has_password(&self.0) => write!(f, "{scheme}://… (with a password)"),
            _ => f.write_str(&self.0),
        }
    }
}

/// Whether an address has a password in it.
pub(crate) fn has_password(address: &str) -> bool {
    let Some((_, rest)) = address.split_once("://") else { return false };
    // A password may have a slash or a question mark in it, although these should be written %2F and %3F.
    let is_before_the_host = rest.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'));
    let names = rest.split(['?', '&']).skip(1).map(|parameter| parameter.split('=').next().unwrap_or_default());
    // A name that is spelled with escapes is none that anybody needs.
    is_before_the_host || names.into_iter().any(|name| name.eq_ignore_ascii_case("password") || name.contains('%'))
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
            "postgres://jebi:se?secret@db:5432/jebi",
            "postgres://db:5432/jebi?%70assword=secret",
            "postgres://db:5432/jebi?password=se@secret",
        ] {
            assert!(has_password(bad), "{bad}");
            let shown = Address(bad.to_owned()).to_string();
            assert!(!shown.contains("secret") && !shown.contains("se"), "{shown}");
        }
    }
}
