//! A client certificate and its key, checked before anything is connected, so that what is wrong is named by its
//! place. Nothing of either is quoted.

use rustls::{
    InconsistentKeys,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};
use secrecy::{ExposeSecret, SecretSlice};

use crate::transport::Identity;

/// Something in PEM, and the field or the file that it is from.
pub(super) struct Placed<T> {
    pub(super) pem: T,
    pub(super) place: String,
}

/// Both together, if they can be used.
pub(super) fn checked(
    certificate: Placed<Vec<u8>>,
    key: Placed<SecretSlice<u8>>,
) -> Result<Identity, String> {
    let (its_certificate, its_key) = (
        format!("its client certificate ({})", certificate.place),
        format!("its client key ({})", key.place),
    );
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&certificate.pem).collect();
    let chain = chain.ok().filter(|chain| !chain.is_empty());
    let chain = chain.ok_or_else(|| format!("{its_certificate} holds no certificate in PEM"))?;
    if is_encrypted(key.pem.expose_secret()) {
        return Err(format!(
            "{its_key} is encrypted, and Secateur asks for no passphrase: decrypt it with `openssl pkey -in KEY -out \
             DECRYPTED` and use what that writes instead"
        ));
    }
    let private = PrivateKeyDer::from_pem_slice(key.pem.expose_secret())
        .map_err(|_| format!("{its_key} holds no private key in PEM"))?;
    match CertifiedKey::from_der(chain, private, &ring::default_provider()) {
        Ok(_) => Ok(Identity { certificate: certificate.pem, key: key.pem }),
        Err(rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
            Err(format!("{its_key} does not belong to {its_certificate}"))
        }
        Err(rustls::Error::InvalidCertificate(_)) => Err(format!("{its_certificate} cannot be read")),
        Err(_) => Err(format!("{its_key} is broken, or of a kind that is not supported")),
    }
}

/// Whether a key asks for a passphrase: in PKCS #8, or as OpenSSL wrote it before that.
fn is_encrypted(pem: &[u8]) -> bool {
    pem.split(|byte| matches!(byte, b'\n' | b'\r')).any(|line| {
        line.starts_with(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
            || line
                .strip_prefix(b"Proc-Type:")
                .is_some_and(|kind| kind.trim_ascii_end().ends_with(b"ENCRYPTED"))
    })
}
