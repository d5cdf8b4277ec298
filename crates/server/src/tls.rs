//! A certificate authority for one machine, so that `demo --tls` can be tried without anybody's help.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use fanlight_base::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::files;

/// The names that the demo's two sites answer to.
const NAMES: [&str; 4] = ["tenant.localhost", "portal.localhost", "localhost", "127.0.0.1"];
/// Browsers refuse certificates that last longer than 398 days.
const LEAF_DAYS: u32 = 390;
const CA_DAYS: u32 = 3650;
/// A certificate that ends within this time is made anew.
const RENEW_DAYS: u32 = 30;
const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);

/// What speaks TLS, and the file that a client must trust for it.
pub struct LocalTls {
    /// Shakes hands.
    pub acceptor: TlsAcceptor,
    /// The certificate authority's certificate, PEM.
    pub ca_file: PathBuf,
}

/// The certificate kept in `folder`, made at first use and made anew before it ends.
pub fn local(folder: &Path, now: Timestamp) -> Result<LocalTls> {
    files::private_folder(folder)?;
    let ca_file = folder.join("ca.pem");
    let ca_key = folder.join("ca.key.pem");
    let leaf_file = folder.join("site.pem");
    let leaf_key = folder.join("site.key.pem");
    let until = folder.join("renew-after");
    let due = fs::read_to_string(&until)
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .is_none_or(|secs: i64| now.as_secs() > secs);
    let complete = [&ca_file, &leaf_file, &leaf_key]
        .iter()
        .all(|file| file.is_file());
    if due || !complete {
        let (ca, ca_pem, ca_key_pem) = authority(now)?;
        let (leaf_pem, leaf_key_pem) = leaf(&ca, now)?;
        files::write_private(&ca_key, ca_key_pem.as_bytes())?;
        files::write_private(&leaf_key, leaf_key_pem.as_bytes())?;
        fs::write(&ca_file, ca_pem)?;
        fs::write(&leaf_file, leaf_pem)?;
        fs::write(
            &until,
            now.plus(DAY * (LEAF_DAYS - RENEW_DAYS)).as_secs().to_string(),
        )?;
    }
    let acceptor = acceptor(&leaf_file, &leaf_key)?;
    // Whoever is told the file may stand in another folder.
    let ca_file = ca_file.canonicalize().unwrap_or(ca_file);
    Ok(LocalTls { acceptor, ca_file })
}

/// Speaks TLS with the certificate chain and the key in these files, both PEM.
pub fn acceptor(chain: &Path, key: &Path) -> Result<TlsAcceptor> {
    let certificates = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("{} holds no certificate in PEM", chain.display()))?;
    let key = PrivateKeyDer::from_pem_file(key)
        .with_context(|| format!("{} holds no private key in PEM", key.display()))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .context("the certificate and its key do not belong together")?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn authority(now: Timestamp) -> Result<(Issuer<'static, KeyPair>, String, String)> {
    let mut params = CertificateParams::new(Vec::<String>::new())?;
    params.distinguished_name = name("Fanlight demo, this machine only");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    lasting(&mut params, now, CA_DAYS);
    let key = KeyPair::generate()?;
    let key_pem = key.serialize_pem();
    let certificate = params.self_signed(&key)?;
    Ok((Issuer::new(params, key), certificate.pem(), key_pem))
}

fn leaf(ca: &Issuer<'_, KeyPair>, now: Timestamp) -> Result<(String, String)> {
    let mut params = CertificateParams::new(NAMES.map(str::to_owned).to_vec())?;
    params.distinguished_name = name("Fanlight demo");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    lasting(&mut params, now, LEAF_DAYS);
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, ca)?;
    Ok((certificate.pem(), key.serialize_pem()))
}

fn name(common: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common);
    name
}

fn lasting(params: &mut CertificateParams, now: Timestamp, days: u32) {
    let day = |at: Timestamp| {
        let (year, month, day, ..) = at.civil();
        rcgen::date_time_ymd(i32::try_from(year).unwrap_or(2100), month, day)
    };
    params.not_before = day(now.minus(DAY));
    params.not_after = day(now.plus(DAY * days));
}
