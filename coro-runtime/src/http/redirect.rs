//! Where a reply sends the client next (RFC 9110, section 15.4).

use super::error::Error;
use super::message::{Request, Response};
use super::url::Url;

/// The request that follows `response` to `request`, which went to `url`; `None` when the reply
/// is no redirect, or one that must not be followed without asking.
///
/// `has_body` tells that the request had a body that is gone.
pub(super) fn next(
    url: &Url,
    request: &Request,
    response: &Response,
    has_body: bool,
) -> Result<Option<Request>, Error> {
    let keeps_method = match (response.status(), request.method()) {
        // What many clients have always done, and the standard allows, for POST alone.
        (301 | 302, method) => method != "POST",
        (303, method) => method == "HEAD",
        (307 | 308, _) => true,
        _ => return Ok(None),
    };
    let Some(location) = response.headers().get("location") else {
        return Ok(None);
    };
    if keeps_method && has_body {
        return Ok(None);
    }
    let next = url.join(location)?;
    let is_same_origin = (&next.host, next.port) == (&url.host, url.port);
    let mut request = request.clone();
    request.target = next.to_string();
    if !keeps_method {
        request.method = "GET".to_owned();
        request.body = Vec::new();
        request
            .headers
            .retain(|name| !name.to_ascii_lowercase().starts_with("content-"));
    }
    if !is_same_origin {
        // What is meant for one server is not for another to know.
        let private = ["authorization", "cookie", "host", "proxy-authorization"];
        request
            .headers
            .retain(|name| !private.contains(&&*name.to_ascii_lowercase()));
    }
    Ok(Some(request))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(method: &str, status: u16, location: &str, has_body: bool) -> Option<Request> {
        let url = Url::parse("http://a/b").unwrap();
        let request = Request::new(method, "http://a/b")
            .header("Content-Type", "text/plain")
            .header("Cookie", "secret")
            .header("x", "y")
            .with_body("body");
        let response = Response::new(status).header("Location", location);
        next(&url, &request, &response, has_body).unwrap()
    }

    #[test]
    fn the_method_follows_the_rules() {
        for (method, status, expected) in [
            ("GET", 301, "GET"),
            ("POST", 301, "GET"),
            ("PUT", 301, "PUT"),
            ("POST", 302, "GET"),
            ("DELETE", 302, "DELETE"),
            ("PUT", 303, "GET"),
            ("HEAD", 303, "HEAD"),
            ("POST", 307, "POST"),
            ("POST", 308, "POST"),
        ] {
            let next = follow(method, status, "/c", false).unwrap();
            assert_eq!(next.method(), expected, "{method} {status}");
            let is_whole = expected == method;
            assert_eq!(next.body() == b"body", is_whole, "{method} {status}");
            let has_type = next.headers().get("content-type").is_some();
            assert_eq!(has_type, is_whole, "{method} {status}");
            assert_eq!(next.target(), "http://a/c");
        }
        for status in [200, 300, 304, 305, 404] {
            assert_eq!(follow("GET", status, "/c", false), None);
        }
        // A body that is gone cannot be sent again.
        assert_eq!(follow("POST", 307, "/c", true), None);
        assert!(follow("POST", 303, "/c", true).is_some());
    }

    #[test]
    fn secrets_stay_with_their_server() {
        let cookie = |location| {
            let next = follow("GET", 302, location, false).unwrap();
            assert_eq!(next.headers().get("x"), Some("y"));
            next.headers().get("cookie").is_some()
        };
        assert!(cookie("/c"));
        assert!(cookie("http://a:80/c"));
        assert!(!cookie("http://a:81/c"));
        assert!(!cookie("//b/c"));
    }
}
