//! What can be connected to, and listened on.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use super::lookup::lookup;

/// An address, or a name that is looked up.
///
/// The forms are those of [`std::net::ToSocketAddrs`]: a socket address, an IP address or
/// name with a port, text like `"localhost:80"`, a slice of addresses to be tried in turn.
/// Names are looked up by the system's resolver on a thread for blocking work; all else takes no
/// time. This trait cannot be implemented outside of this crate.
///
/// # Examples
///
/// ```
/// use coro_runtime::net::TcpListener;
///
/// # fn main() -> std::io::Result<()> {
/// coro_runtime::block_on(async {
///     TcpListener::bind(("127.0.0.1", 0)).await?;
///     TcpListener::bind("localhost:0").await?;
///     Ok(())
/// })
/// # }
/// ```
pub trait ToSocketAddrs: Target {}

impl<T: Target + ?Sized> ToSocketAddrs for T {}

/// The sealed part of [`ToSocketAddrs`].
pub trait Target {
    /// What is known without a look-up.
    #[doc(hidden)]
    fn host(&self) -> io::Result<Host>;
}

/// What an address looks like before any look-up.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// Addresses to be tried in turn.
    Known(Vec<SocketAddr>),
    /// A name and a port.
    Named(String, u16),
}

impl Host {
    /// The addresses, after a look-up if need be.
    #[coro::coroutine]
    pub(super) async fn resolve(self) -> io::Result<Vec<SocketAddr>> {
        let addresses = match self {
            Host::Known(addresses) => addresses,
            Host::Named(name, port) => lookup(name, port).await?,
        };
        if addresses.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the name has no address",
            ));
        }
        Ok(addresses)
    }

    fn known(address: impl Into<SocketAddr>) -> io::Result<Host> {
        Ok(Host::Known(vec![address.into()]))
    }

    fn named(name: &str, port: u16) -> Host {
        match name.parse::<IpAddr>() {
            Ok(address) => Host::Known(vec![SocketAddr::new(address, port)]),
            Err(_) => Host::Named(name.to_owned(), port),
        }
    }
}

impl Target for SocketAddr {
    fn host(&self) -> io::Result<Host> {
        Host::known(*self)
    }
}

impl Target for SocketAddrV4 {
    fn host(&self) -> io::Result<Host> {
        Host::known(*self)
    }
}

impl Target for SocketAddrV6 {
    fn host(&self) -> io::Result<Host> {
        Host::known(*self)
    }
}

impl Target for (IpAddr, u16) {
    fn host(&self) -> io::Result<Host> {
        Host::known(*self)
    }
}

impl Target for (Ipv4Addr, u16) {
    fn host(&self) -> io::Result<Host> {
        Host::known(*self)
    }
}

impl Target for (Ipv6Addr, u16) {
    fn host(&self) -> io::Result<Host> {
        Host::known(*self)
    }
}

impl Target for [SocketAddr] {
    fn host(&self) -> io::Result<Host> {
        Ok(Host::Known(self.to_vec()))
    }
}

impl Target for (&str, u16) {
    fn host(&self) -> io::Result<Host> {
        Ok(Host::named(self.0, self.1))
    }
}

impl Target for (String, u16) {
    fn host(&self) -> io::Result<Host> {
        Ok(Host::named(&self.0, self.1))
    }
}

impl Target for str {
    fn host(&self) -> io::Result<Host> {
        if let Ok(address) = self.parse::<SocketAddr>() {
            return Host::known(address);
        }
        let invalid = |what| io::Error::new(io::ErrorKind::InvalidInput, what);
        let (name, port) = self
            .rsplit_once(':')
            .ok_or_else(|| invalid("the address has no port"))?;
        if name.is_empty() || name.contains([':', '[', ']']) {
            return Err(invalid("the address is malformed"));
        }
        let port = port
            .parse()
            .map_err(|_| invalid("the port is not a number below 65536"))?;
        Ok(Host::named(name, port))
    }
}

impl Target for String {
    fn host(&self) -> io::Result<Host> {
        self.as_str().host()
    }
}

impl<T: Target + ?Sized> Target for &T {
    fn host(&self) -> io::Result<Host> {
        (**self).host()
    }
}

#[cfg(test)]
mod tests {
    use super::{Host, Target};

    #[test]
    fn text_is_taken_apart() {
        let known = |text: &str| Host::Known(vec![text.parse().unwrap()]);
        assert_eq!("1.2.3.4:5".host().unwrap(), known("1.2.3.4:5"));
        assert_eq!("[::1]:5".host().unwrap(), known("[::1]:5"));
        assert_eq!(("::1", 5).host().unwrap(), known("[::1]:5"));
        let named = Host::Named("example.org".to_owned(), 80);
        assert_eq!("example.org:80".host().unwrap(), named);
        for wrong in ["", "example.org", ":80", "a:b:80", "a:65536", "a:", "[::1]"] {
            assert!(wrong.host().is_err(), "{wrong}");
        }
    }
}
