//! Pairs, lists and rotations.

use super::*;

#[test]
fn writes_a_pair_that_belongs_together_and_prints_its_kid() {
    let folder = tempfile::tempdir().unwrap();
    let lines = new(KeyKind::Ed25519, &folder.path().join("sub/portal"))
        .unwrap()
        .lines();
    let read = |name: &str| std::fs::read_to_string(folder.path().join("sub").join(name)).unwrap();
    let private = PrivateKey::from_pem(&read("portal.pem")).unwrap();
    let public = PublicKey::from_pem(&read("portal.pub.pem")).unwrap();
    assert_eq!(private.public(), &public);
    assert!(lines[0].ends_with(&public.fingerprint()), "{lines:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder.path().join("sub/portal.pem"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_key_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("portal");
    new(KeyKind::P256, &out).unwrap();
    let before = std::fs::read(out.with_added_extension("pem")).unwrap();
    assert!(
        new(KeyKind::P256, &out)
            .unwrap_err()
            .to_string()
            .contains("there already")
    );
    assert_eq!(std::fs::read(out.with_added_extension("pem")).unwrap(), before);
}

mod rotation;
