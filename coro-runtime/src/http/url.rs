//! Where a request goes.

use std::fmt;

use super::error::Error;

/// A URL, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Url {
    /// A name or an address, without the brackets of IPv6.
    pub(super) host: String,
    pub(super) port: u16,
    /// Host and port as the `host` field gives them.
    pub(super) authority: String,
    /// Path and query, percent-encoded.
    pub(super) target: String,
}

impl Url {
    /// Takes `http://HOST[:PORT][/PATH][?QUERY][#FRAGMENT]` apart.
    ///
    /// What may not stand in a request line, as a space or a letter beyond ASCII, is
    /// percent-encoded. The fragment is for the reader and is not sent.
    pub(super) fn parse(url: &str) -> Result<Url, Error> {
        let wrong = |reason| Error::Url {
            url: url.to_owned(),
            reason,
        };
        let (scheme, rest) = url
            .split_once("://")
            .ok_or_else(|| wrong("has no scheme: it must begin with `http://`"))?;
        if scheme.eq_ignore_ascii_case("https") {
            return Err(wrong("asks for encryption, which is not supported"));
        }
        if !scheme.eq_ignore_ascii_case("http") {
            return Err(wrong("has a scheme other than `http`"));
        }
        if url.contains(|letter: char| letter.is_ascii_control()) {
            return Err(wrong("has a control character"));
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, target) = match rest.find(['/', '?']) {
            Some(end) => rest.split_at(end),
            None => (rest, ""),
        };
        if authority.contains('@') {
            return Err(wrong("has a user name, which is not supported"));
        }
        let (host, port) = split_authority(authority).ok_or_else(|| wrong("has no valid host"))?;
        let port = match port {
            "" => 80,
            digits if digits.bytes().all(|digit| digit.is_ascii_digit()) => digits
                .parse()
                .map_err(|_| wrong("has a port above 65535"))?,
            _ => return Err(wrong("has a port that is not a number")),
        };
        let slash = if target.starts_with('/') { "" } else { "/" };
        Ok(Url {
            host: host.to_owned(),
            port,
            authority: authority.trim_end_matches(':').to_owned(),
            target: encode(slash, target),
        })
    }
}

/// The URL without what is not sent.
impl fmt::Display for Url {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "http://{}{}", self.authority, self.target)
    }
}

impl Url {
    /// What `reference` means, seen from here (RFC 3986, section 5.2).
    pub(super) fn join(&self, reference: &str) -> Result<Url, Error> {
        let reference = reference.split('#').next().unwrap_or_default();
        let scheme = reference.find("://").filter(|&end| {
            // A scheme that stands behind a slash or a question mark is part of something else.
            reference[..end]
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        });
        if scheme.is_some() {
            return Url::parse(reference);
        }
        if reference.starts_with("//") {
            return Url::parse(&format!("http:{reference}"));
        }
        let (path, query) = split_query(reference);
        let (own_path, own_query) = split_query(&self.target);
        let (path, query) = match path {
            "" => (own_path.to_owned(), query.or(own_query)),
            path if path.starts_with('/') => (without_dots(path), query),
            path => {
                let directory = own_path.rfind('/').map_or("/", |end| &own_path[..=end]);
                (without_dots(&format!("{directory}{path}")), query)
            }
        };
        let query = query.map_or(String::new(), |query| format!("?{query}"));
        Url::parse(&format!("http://{}{path}{query}", self.authority))
    }
}

/// What stands before and behind the first question mark.
fn split_query(target: &str) -> (&str, Option<&str>) {
    match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    }
}

/// An absolute path with its `.` and `..` resolved.
fn without_dots(path: &str) -> String {
    let mut kept = Vec::new();
    let mut segments = path[1..].split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            segment => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

/// Host and port of an authority; the port may be empty. `None` when there is no valid host.
fn split_authority(authority: &str) -> Option<(&str, &str)> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        host.parse::<std::net::Ipv6Addr>().ok()?;
        return match port.strip_prefix(':') {
            Some(port) => Some((host, port)),
            None => port.is_empty().then_some((host, "")),
        };
    }
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(&byte);
    (!host.is_empty() && host.bytes().all(valid)).then_some((host, port))
}

/// `target` after `prefix`, with all that a request line cannot hold percent-encoded.
fn encode(prefix: &str, target: &str) -> String {
    let mut encoded = String::with_capacity(prefix.len() + target.len());
    encoded.push_str(prefix);
    for byte in target.bytes() {
        if byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for digit in [byte >> 4, byte & 15] {
                encoded.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> (String, u16, String, String) {
        let Url {
            host,
            port,
            authority,
            target,
        } = Url::parse(url).unwrap_or_else(|error| panic!("{error}"));
        (host, port, authority, target)
    }

    #[test]
    fn the_parts_are_found() {
        for (url, host, port, authority, target) in [
            ("http://a", "a", 80, "a", "/"),
            ("HTTP://a.b:81", "a.b", 81, "a.b:81", "/"),
            ("http://a:/", "a", 80, "a", "/"),
            ("http://a?q=1", "a", 80, "a", "/?q=1"),
            ("http://a/b/c?d#e", "a", 80, "a", "/b/c?d"),
            ("http://a#e/f", "a", 80, "a", "/"),
            ("http://[::1]:8/x", "::1", 8, "[::1]:8", "/x"),
            ("http://[::1]", "::1", 80, "[::1]", "/"),
            ("http://a/b c/é", "a", 80, "a", "/b%20c/%C3%A9"),
            ("http://a/%20{}", "a", 80, "a", "/%20%7B%7D"),
            ("http://a/x?u=http://b@c", "a", 80, "a", "/x?u=http://b@c"),
        ] {
            let expected = (
                host.to_owned(),
                port,
                authority.to_owned(),
                target.to_owned(),
            );
            assert_eq!(parsed(url), expected, "{url}");
        }
    }

    #[test]
    fn references_are_resolved() {
        let base = Url::parse("http://a:81/b/c/d?q").unwrap();
        for (reference, meaning) in [
            ("", "http://a:81/b/c/d?q"),
            ("#f", "http://a:81/b/c/d?q"),
            ("?y", "http://a:81/b/c/d?y"),
            ("g", "http://a:81/b/c/g"),
            ("./g/.", "http://a:81/b/c/g/"),
            ("g?y/./x", "http://a:81/b/c/g?y/./x"),
            ("..", "http://a:81/b/"),
            ("../..", "http://a:81/"),
            ("../../../g", "http://a:81/g"),
            ("/./g/../h", "http://a:81/h"),
            ("/g?u=http://b", "http://a:81/g?u=http://b"),
            ("//g", "http://g/"),
            ("HTTP://g/h", "http://g/h"),
        ] {
            let joined = base.join(reference).unwrap();
            assert_eq!(joined.to_string(), meaning, "{reference}");
        }
        assert!(base.join("https://a/").is_err());
        assert!(base.join("//:1").is_err());
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (url, reason) in [
            ("", "has no scheme: it must begin with `http://`"),
            ("a.b/c", "has no scheme: it must begin with `http://`"),
            ("https://a", "asks for encryption, which is not supported"),
            ("ftp://a", "has a scheme other than `http`"),
            ("http://", "has no valid host"),
            ("http:///a", "has no valid host"),
            ("http://:80/", "has no valid host"),
            ("http://a b/", "has no valid host"),
            ("http://[::1/", "has no valid host"),
            ("http://[::1]8/", "has no valid host"),
            ("http://[a]/", "has no valid host"),
            ("http://é/", "has no valid host"),
            ("http://::1/", "has no valid host"),
            ("http://u:p@a/", "has a user name, which is not supported"),
            ("http://a:b/", "has a port that is not a number"),
            ("http://a:+1/", "has a port that is not a number"),
            ("http://a:65536/", "has a port above 65535"),
            ("http://a/\r\nb: c", "has a control character"),
        ] {
            match Url::parse(url) {
                Err(Error::Url {
                    url: told,
                    reason: found,
                }) => {
                    assert_eq!((told.as_str(), found), (url, reason));
                }
                other => panic!("{url}: {other:?}"),
            }
        }
    }
}
