//! Which client a request comes from, as far as addresses tell.
//!
//! A proxy in front of the tenant is every client's TCP peer, and writes the client's address into a header. Anybody can
//! write such a header; so it counts only where the peer is a proxy that the operator trusts, and only as far as trusted
//! proxies have written it: from the right, up to the first address that is none of theirs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use fanlight_base::Network;
use http::HeaderMap;
use http::header::FORWARDED;

use crate::AppState;
use crate::extract::ClientAddr;

const X_FORWARDED_FOR: &str = "x-forwarded-for";
/// Proxies that a request is followed through; nobody has as many.
const MAX_HOPS: usize = 32;

/// The proxies whose word about their clients counts. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Arc<[Network]>);

impl TrustedProxies {
    /// Every proxy in one of `networks`.
    pub fn new(networks: &[Network]) -> Self {
        Self(networks.into())
    }

    /// Whether the address is one of theirs.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// The client of a request that came from `peer` with these headers.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.contains(client) {
            return client;
        }
        for hop in hops(headers).into_iter().rev().take(MAX_HOPS) {
            // What is no address was not written by a proxy of ours; the proxy that passed it on is the last one known.
            let Some(address) = hop else { return client };
            client = address;
            if !self.contains(client) {
                return client;
            }
        }
        client
    }
}

/// As whom an address is counted by limits: an IPv6 client is its /64 network. One customer has 2⁶⁴ addresses; by the
/// single address they would be limited in nothing, and would fill the limiters' memory alone.
pub fn counted_as(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(network))
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// Finds out the client of a request, for everybody who asks by [`ClientAddr`].
pub async fn name(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let connected = request.extensions().get::<ConnectInfo<SocketAddr>>();
    // There is no connection where a test calls the router itself.
    let peer = connected.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip());
    let client = state.settings.trusted_proxies.client(peer, request.headers());
    request.extensions_mut().insert(ClientAddr(client));
    next.run(request).await
}

/// The addresses that proxies wrote, the nearest proxy's last; `None` for what is no address. Proxies write
/// `X-Forwarded-For`, or `Forwarded` (RFC 7239); where both are there, the first one counts.
fn hops(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let values = |name: &str| -> Vec<String> {
        let values = headers.get_all(name).iter();
        // A value that is no text stands for one that is no address.
        values
            .map(|value| value.to_str().unwrap_or("?").to_owned())
            .collect()
    };
    let forwarded_for = values(X_FORWARDED_FOR);
    if !forwarded_for.is_empty() {
        let hops = forwarded_for.iter().flat_map(|value| value.split(','));
        return hops.map(address).collect();
    }
    let forwarded = values(FORWARDED.as_str());
    let hops = forwarded.iter().flat_map(|value| value.split(','));
    hops.map(|hop| address(hop.split(';').find_map(forwarded_by)?))
        .collect()
}

/// The value of `for=…`.
fn forwarded_by(pair: &str) -> Option<&str> {
    let (name, value) = pair.trim().split_once('=')?;
    let value = value.trim();
    let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    name.trim()
        .eq_ignore_ascii_case("for")
        .then(|| bare.unwrap_or(value))
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bracketed = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let address = match text.parse::<SocketAddr>() {
        Ok(socket) => socket.ip(),
        Err(_) => bracketed.unwrap_or(text).parse().ok()?,
    };
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusted() -> TrustedProxies {
        TrustedProxies::new(&["10.0.0.0/8".parse().unwrap(), "2001:db8:f::/48".parse().unwrap()])
    }

    fn client(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        trusted().client(peer.parse().unwrap(), &map).to_string()
    }

    const XFF: &str = "x-forwarded-for";

    #[test]
    fn a_header_of_a_peer_that_is_not_trusted_is_ignored() {
        for name in [XFF, "forwarded"] {
            assert_eq!(client("192.0.2.1", &[(name, "203.0.113.9")]), "192.0.2.1");
            assert_eq!(client("192.0.2.1", &[(name, "for=203.0.113.9")]), "192.0.2.1");
        }
        let nobody = TrustedProxies::default();
        let mut headers = HeaderMap::new();
        headers.insert(XFF, "203.0.113.9".parse().unwrap());
        let peer = "10.0.0.1".parse().unwrap();
        assert_eq!(nobody.client(peer, &headers), peer);
    }

    #[test]
    fn the_client_is_the_right_most_address_that_is_not_trusted() {
        assert_eq!(client("10.0.0.1", &[(XFF, "203.0.113.9")]), "203.0.113.9");
        assert_eq!(
            client("10.0.0.1", &[(XFF, "198.51.100.66, 203.0.113.9 , 10.0.0.2")]),
            "203.0.113.9",
            "what the client itself wrote is passed over"
        );
        assert_eq!(
            client("10.0.0.1", &[(XFF, "198.51.100.66"), (XFF, "203.0.113.9")]),
            "203.0.113.9"
        );
        assert_eq!(
            client("::ffff:10.0.0.1", &[(XFF, "::ffff:203.0.113.9")]),
            "203.0.113.9"
        );
        assert_eq!(client("2001:db8:f::1", &[(XFF, "2001:db8::7")]), "2001:db8::7");
    }

    #[test]
    fn proxies_write_addresses_in_many_ways() {
        for (value, found) in [
            ("203.0.113.9:4711", "203.0.113.9"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
        ] {
            assert_eq!(client("10.0.0.1", &[(XFF, value)]), found, "{value}");
        }
        for (value, found) in [
            ("for=203.0.113.9", "203.0.113.9"),
            (
                "For=\"[2001:db8::7]:4711\";proto=https;by=10.0.0.1",
                "2001:db8::7",
            ),
            (
                "for=198.51.100.66, proto=https; for=203.0.113.9, for=10.0.0.2",
                "203.0.113.9",
            ),
        ] {
            assert_eq!(client("10.0.0.1", &[("forwarded", value)]), found, "{value}");
        }
        assert_eq!(
            client(
                "10.0.0.1",
                &[("forwarded", "for=198.51.100.66"), (XFF, "203.0.113.9")]
            ),
            "203.0.113.9"
        );
    }

    #[test]
    fn garbage_leads_no_further_than_the_proxy_that_passed_it_on() {
        for garbage in [
            "",
            "unknown",
            "_hidden",
            "1.2.3",
            "203.0.113.9 203.0.113.8",
            "<script>",
            ",,",
        ] {
            assert_eq!(client("10.0.0.1", &[(XFF, garbage)]), "10.0.0.1", "{garbage}");
            let behind = format!("203.0.113.9, {garbage}, 10.0.0.2");
            assert_eq!(client("10.0.0.1", &[(XFF, &behind)]), "10.0.0.2", "{garbage}");
            assert_eq!(
                client("10.0.0.1", &[("forwarded", garbage)]),
                "10.0.0.1",
                "{garbage}"
            );
        }
        assert_eq!(client("10.0.0.1", &[("forwarded", "for=unknown")]), "10.0.0.1");
        let mut headers = HeaderMap::new();
        headers.insert(XFF, http::HeaderValue::from_bytes(b"\xff\xfe").unwrap());
        let peer = "10.0.0.1".parse().unwrap();
        assert_eq!(trusted().client(peer, &headers), peer);
    }

    #[test]
    fn where_all_are_trusted_the_first_of_them_is_the_client() {
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &[(XFF, "10.0.0.3, 10.0.0.2")]), "10.0.0.3");
        let endless = vec!["10.0.0.9"; 1000].join(",");
        assert_eq!(client("10.0.0.1", &[(XFF, &endless)]), "10.0.0.9");
    }

    #[test]
    fn an_ipv6_client_is_its_network() {
        let counted_as = |text: &str| counted_as(text.parse().unwrap()).to_string();
        assert_eq!(counted_as("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted_as("2001:db8:1:2:ffff::1"), "2001:db8:1:2::");
        assert_ne!(counted_as("2001:db8:1:3::1"), "2001:db8:1:2::");
        assert_eq!(counted_as("192.0.2.7"), "192.0.2.7");
        assert_eq!(counted_as("::ffff:192.0.2.7"), "192.0.2.7");
    }
}
