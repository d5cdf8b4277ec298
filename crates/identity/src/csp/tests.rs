use super::*;

fn entry(source: &str, directives: &[Directive]) -> CspOrigin {
    let now = Timestamp::from_secs(1);
    CspOrigin {
        id: "entry".parse().unwrap(),
        name: String::new(),
        description: String::new(),
        source: source.parse().unwrap(),
        directives: directives.iter().copied().collect(),
        created_at: now,
        updated_at: now,
    }
}

const BASE: [(&str, &str); 3] = [
    ("default-src", "'none'"),
    ("connect-src", "'self'"),
    ("form-action", "'none'"),
];

#[test]
fn a_page_without_entries_can_be_framed_by_itself_only() {
    let header = content_security_policy(&BASE, &[]).unwrap();
    assert_eq!(
        header,
        "default-src 'none'; connect-src 'self'; form-action 'none'; frame-ancestors 'self'"
    );
}

#[test]
fn entries_add_to_their_directives() {
    let entries = [
        entry(
            "https://portal.example",
            &[Directive::FrameAncestors, Directive::ConnectSrc],
        ),
        entry(
            "*.portal.example",
            &[
                Directive::FrameAncestors,
                Directive::ImgSrc,
                Directive::FormAction,
            ],
        ),
        entry("live.example", &[Directive::ConnectSrcWss]),
    ];
    assert_eq!(
        content_security_policy(&BASE, &entries).unwrap(),
        "default-src 'none'; connect-src 'self' https://portal.example wss://live.example; \
         form-action *.portal.example; frame-ancestors 'self' https://portal.example *.portal.example; \
         img-src 'self' *.portal.example"
    );
}

#[test]
fn the_same_source_stands_once() {
    let entries = [
        entry("portal.example", &[Directive::FrameAncestors]),
        entry("portal.example", &[Directive::FrameAncestors]),
    ];
    assert_eq!(
        generate_header(&entries).unwrap(),
        "default-src 'self'; frame-ancestors 'self' portal.example"
    );
}

#[test]
fn too_many_entries_are_refused() {
    let mut entries = vec![entry("a.example", &[]); MAX_CSP_ORIGINS];
    assert!(generate_header(&entries).is_ok());
    entries.push(entry("a.example", &[]));
    assert_eq!(generate_header(&entries), Err(CspError::TooMany(257)));
}

#[test]
fn too_long_a_header_is_refused() {
    let long = "x".repeat(60);
    let entries: Vec<CspOrigin> = (0..100)
        .map(|n| entry(&format!("{n}.{long}.example"), &[Directive::FrameAncestors]))
        .collect();
    assert!(matches!(
        generate_header(&entries),
        Err(CspError::TooLong(6145..))
    ));
    assert!(generate_header(&entries[..80]).is_ok());
}

#[test]
fn a_set_of_directives_reads_back_from_its_bits() {
    for directive in Directive::ALL {
        let set = Directives::NONE.with(directive);
        assert_eq!(Directives::from_bits(set.bits()), set);
        for other in Directive::ALL {
            assert_eq!(set.contains(other), other == directive);
        }
        assert_eq!(Directive::from_wire_name(directive.wire_name()), Some(directive));
    }
    assert_eq!(
        Directives::from_bits(u16::MAX),
        Directive::ALL.into_iter().collect()
    );
}
