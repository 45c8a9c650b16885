//! The fields of a head.

use std::fmt;

/// The header fields of a message, in their order.
///
/// Names are compared without regard to case. A value that is not UTF-8 has replacement
/// characters in the place of the bytes that are wrong.
///
/// # Examples
///
/// ```
/// use coro_runtime::http::Response;
///
/// let response = Response::new(200).header("Set-Cookie", "a").header("set-cookie", "b");
/// let headers = response.headers();
/// assert_eq!(headers.get("SET-COOKIE"), Some("a"));
/// assert_eq!(headers.get_all("set-cookie").collect::<Vec<_>>(), ["a", "b"]);
/// assert_eq!(headers.get("date"), None);
/// assert_eq!(headers.iter().next(), Some(("Set-Cookie", "a")));
/// assert!(headers.len() == 2 && !headers.is_empty());
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers {
    fields: Vec<(String, String)>,
}

impl Headers {
    /// The value of the first field of this name.
    ///
    /// # Examples
    ///
    /// See [`Headers`].
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).next()
    }

    /// The values of all fields of this name.
    ///
    /// # Examples
    ///
    /// See [`Headers`].
    pub fn get_all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// All fields, name and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub(super) fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.fields.push((name.into(), value.into()));
    }

    /// Keeps the fields whose names `keep` accepts.
    pub(super) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.fields.retain(|(name, _)| keep(name));
    }

    /// Whether one of the lists under this name has `token`.
    pub(super) fn has_token(&self, name: &str, token: &str) -> bool {
        self.get_all(name)
            .flat_map(|list| list.split(','))
            .any(|element| element.trim().eq_ignore_ascii_case(token))
    }

    /// The fields that are sent: all but those that say how the message is framed, which is
    /// for the connection to say, in one voice.
    pub(super) fn sent(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter().filter(|(name, _)| {
            !["content-length", "transfer-encoding", "connection"]
                .iter()
                .any(|framing| name.eq_ignore_ascii_case(framing))
        })
    }

    /// What keeps the fields from being sent, if anything does.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        for (name, value) in self.iter() {
            if !is_token(name) {
                return Err("has a field whose name is not a token");
            }
            if value
                .bytes()
                .any(|byte| byte != b'\t' && byte.is_ascii_control())
            {
                return Err("has a control character in a field");
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

/// Whether `text` can be a method or the name of a field.
pub(super) fn is_token(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::Headers;

    fn headers(fields: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::default();
        for &(name, value) in fields {
            headers.push(name, value);
        }
        headers
    }

    #[test]
    fn lists_are_searched_across_fields() {
        let headers = headers(&[("Connection", "a, Close"), ("connection", "b")]);
        assert!(headers.has_token("connection", "close"));
        assert!(headers.has_token("connection", "b"));
        assert!(!headers.has_token("connection", "clos"));
    }

    #[test]
    fn nothing_can_be_smuggled_in() {
        assert!(headers(&[("x-y", "z\tz ü")]).check().is_ok());
        for (name, value) in [
            ("", "v"),
            ("a b", "v"),
            ("a:", "v"),
            ("ü", "v"),
            ("a", "v\r\nb: c"),
            ("a", "v\0"),
        ] {
            assert!(
                headers(&[(name, value)]).check().is_err(),
                "{name}: {value}"
            );
        }
        let framing = [("Content-Length", "1"), ("a", "b"), ("CONNECTION", "close")];
        assert_eq!(headers(&framing).sent().collect::<Vec<_>>(), [("a", "b")]);
    }
}
