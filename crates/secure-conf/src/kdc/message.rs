//! The messages of RFC 4120, as far as a login and a service ticket need them. DER, strictly: nothing here allocates more
//! than it was sent, or recurses into what it was sent.

use der::Tagged as _;
use der::asn1::{Any, BitString, GeneralizedTime, OctetString};
use der::{
    AnyRef, Decode, DecodeValue, Encode, EncodeValue, FixedTag, Header, Length, Reader, Sequence, Tag,
    TagNumber, Writer,
};

use crate::keytab::{NameType, Principal};

/// Numbers of application tags, which are those of message types too.
pub(super) mod application {
    pub(crate) const TICKET: u32 = 1;
    pub(crate) const AUTHENTICATOR: u32 = 2;
    pub(crate) const AS_REQ: u32 = 10;
    pub(crate) const AS_REP: u32 = 11;
    pub(crate) const TGS_REQ: u32 = 12;
    pub(crate) const TGS_REP: u32 = 13;
    pub(crate) const AP_REQ: u32 = 14;
    pub(crate) const ENC_AS_REP_PART: u32 = 25;
    pub(crate) const ENC_TGS_REP_PART: u32 = 26;
    pub(crate) const ERROR: u32 = 30;
}

/// Numbers of pre-authentication data.
pub(super) mod pa {
    pub(crate) const TGS_REQ: i32 = 1;
    pub(crate) const ENC_TIMESTAMP: i32 = 2;
    pub(crate) const ETYPE_INFO2: i32 = 19;
}

/// `KerberosString`: a GeneralString of any bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KerberosString(pub(super) Vec<u8>);

impl FixedTag for KerberosString {
    const TAG: Tag = Tag::GeneralString;
}

impl<'a> DecodeValue<'a> for KerberosString {
    type Error = der::Error;

    fn decode_value<R: Reader<'a>>(reader: &mut R, header: Header) -> der::Result<Self> {
        Ok(Self(reader.read_vec(header.length())?))
    }
}

impl EncodeValue for KerberosString {
    fn value_len(&self) -> der::Result<Length> {
        Length::try_from(self.0.len())
    }

    fn encode_value(&self, writer: &mut impl Writer) -> der::Result<()> {
        writer.write(&self.0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct PrincipalName {
    #[asn1(context_specific = "0")]
    pub(super) name_type: i32,
    #[asn1(context_specific = "1")]
    pub(super) components: Vec<KerberosString>,
}

impl PrincipalName {
    pub(super) fn of(principal: &Principal, name_type: NameType) -> Self {
        let components = principal.components.iter().cloned().map(KerberosString).collect();
        Self { name_type: name_type.0, components }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct PaData {
    #[asn1(context_specific = "1")]
    pub(super) kind: i32,
    #[asn1(context_specific = "2")]
    pub(super) value: OctetString,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct EncryptedData {
    #[asn1(context_specific = "0")]
    pub(super) etype: i32,
    #[asn1(context_specific = "1", optional = "true")]
    pub(super) kvno: Option<u32>,
    #[asn1(context_specific = "2")]
    pub(super) cipher: OctetString,
}

#[derive(Clone, Sequence)]
pub(super) struct EncryptionKey {
    #[asn1(context_specific = "0")]
    pub(super) etype: i32,
    #[asn1(context_specific = "1")]
    pub(super) value: OctetString,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct KdcReqBody {
    #[asn1(context_specific = "0")]
    pub(super) options: BitString,
    #[asn1(context_specific = "1", optional = "true")]
    pub(super) cname: Option<PrincipalName>,
    #[asn1(context_specific = "2")]
    pub(super) realm: KerberosString,
    #[asn1(context_specific = "3", optional = "true")]
    pub(super) sname: Option<PrincipalName>,
    #[asn1(context_specific = "5")]
    pub(super) till: GeneralizedTime,
    #[asn1(context_specific = "7")]
    pub(super) nonce: u32,
    #[asn1(context_specific = "8")]
    pub(super) etypes: Vec<i32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct KdcReq {
    #[asn1(context_specific = "1")]
    pub(super) pvno: i32,
    #[asn1(context_specific = "2")]
    pub(super) message_type: i32,
    #[asn1(context_specific = "3", optional = "true")]
    pub(super) padata: Option<Vec<PaData>>,
    #[asn1(context_specific = "4")]
    pub(super) body: KdcReqBody,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct KdcRep {
    #[asn1(context_specific = "0")]
    pub(super) pvno: i32,
    #[asn1(context_specific = "1")]
    pub(super) message_type: i32,
    #[asn1(context_specific = "2", optional = "true")]
    pub(super) padata: Option<Vec<PaData>>,
    #[asn1(context_specific = "3")]
    pub(super) crealm: KerberosString,
    #[asn1(context_specific = "4")]
    pub(super) cname: PrincipalName,
    /// The ticket, passed on as it came.
    #[asn1(context_specific = "5")]
    pub(super) ticket: Any,
    #[asn1(context_specific = "6")]
    pub(super) enc_part: EncryptedData,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct Ticket {
    #[asn1(context_specific = "0")]
    pub(super) version: i32,
    #[asn1(context_specific = "1")]
    pub(super) realm: KerberosString,
    #[asn1(context_specific = "2")]
    pub(super) sname: PrincipalName,
    #[asn1(context_specific = "3")]
    pub(super) enc_part: EncryptedData,
}

#[derive(Clone, Sequence)]
pub(super) struct EncKdcRepPart {
    #[asn1(context_specific = "0")]
    pub(super) key: EncryptionKey,
    #[asn1(context_specific = "1")]
    pub(super) last_request: Any,
    #[asn1(context_specific = "2")]
    pub(super) nonce: u32,
    #[asn1(context_specific = "3", optional = "true")]
    pub(super) key_expiration: Option<GeneralizedTime>,
    #[asn1(context_specific = "4")]
    pub(super) flags: BitString,
    #[asn1(context_specific = "5")]
    pub(super) auth_time: GeneralizedTime,
    #[asn1(context_specific = "6", optional = "true")]
    pub(super) start_time: Option<GeneralizedTime>,
    #[asn1(context_specific = "7")]
    pub(super) end_time: GeneralizedTime,
    #[asn1(context_specific = "8", optional = "true")]
    pub(super) renew_till: Option<GeneralizedTime>,
    #[asn1(context_specific = "9")]
    pub(super) srealm: KerberosString,
    #[asn1(context_specific = "10")]
    pub(super) sname: PrincipalName,
    #[asn1(context_specific = "11", optional = "true")]
    pub(super) addresses: Option<Any>,
    /// RFC 6806, section 11.
    #[asn1(context_specific = "12", optional = "true")]
    pub(super) encrypted_padata: Option<Any>,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct KrbError {
    #[asn1(context_specific = "0")]
    pub(super) pvno: i32,
    #[asn1(context_specific = "1")]
    pub(super) message_type: i32,
    #[asn1(context_specific = "2", optional = "true")]
    pub(super) ctime: Option<GeneralizedTime>,
    #[asn1(context_specific = "3", optional = "true")]
    pub(super) cusec: Option<i32>,
    #[asn1(context_specific = "4")]
    pub(super) stime: GeneralizedTime,
    #[asn1(context_specific = "5")]
    pub(super) susec: i32,
    #[asn1(context_specific = "6")]
    pub(super) code: i32,
    #[asn1(context_specific = "7", optional = "true")]
    pub(super) crealm: Option<KerberosString>,
    #[asn1(context_specific = "8", optional = "true")]
    pub(super) cname: Option<PrincipalName>,
    #[asn1(context_specific = "9")]
    pub(super) realm: KerberosString,
    #[asn1(context_specific = "10")]
    pub(super) sname: PrincipalName,
    #[asn1(context_specific = "11", optional = "true")]
    pub(super) text: Option<KerberosString>,
    #[asn1(context_specific = "12", optional = "true")]
    pub(super) data: Option<OctetString>,
}

/// `ETYPE-INFO2-ENTRY`.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct EtypeInfo {
    #[asn1(context_specific = "0")]
    pub(super) etype: i32,
    #[asn1(context_specific = "1", optional = "true")]
    pub(super) salt: Option<KerberosString>,
    #[asn1(context_specific = "2", optional = "true")]
    pub(super) parameters: Option<OctetString>,
}

/// `PA-ENC-TS-ENC`.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct EncTimestamp {
    #[asn1(context_specific = "0")]
    pub(super) time: GeneralizedTime,
    #[asn1(context_specific = "1", optional = "true")]
    pub(super) microseconds: Option<i32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct Checksum {
    #[asn1(context_specific = "0")]
    pub(super) kind: i32,
    #[asn1(context_specific = "1")]
    pub(super) value: OctetString,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct Authenticator {
    #[asn1(context_specific = "0")]
    pub(super) version: i32,
    #[asn1(context_specific = "1")]
    pub(super) crealm: KerberosString,
    #[asn1(context_specific = "2")]
    pub(super) cname: PrincipalName,
    #[asn1(context_specific = "3", optional = "true")]
    pub(super) checksum: Option<Checksum>,
    #[asn1(context_specific = "4")]
    pub(super) microseconds: i32,
    #[asn1(context_specific = "5")]
    pub(super) time: GeneralizedTime,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct ApReq {
    #[asn1(context_specific = "0")]
    pub(super) pvno: i32,
    #[asn1(context_specific = "1")]
    pub(super) message_type: i32,
    #[asn1(context_specific = "2")]
    pub(super) options: BitString,
    #[asn1(context_specific = "3")]
    pub(super) ticket: Any,
    #[asn1(context_specific = "4")]
    pub(super) authenticator: EncryptedData,
}

/// The bytes of a message under its application tag.
pub(super) fn wrap(number: u32, message: &impl Encode) -> der::Result<Vec<u8>> {
    let tag = Tag::Application { constructed: true, number: TagNumber(number) };
    Any::new(tag, message.to_der()?)?.to_der()
}

/// The application tag of a message, and what stands under it.
pub(super) fn unwrap(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let any = AnyRef::from_der(bytes).ok()?;
    match any.tag() {
        Tag::Application { constructed: true, number } => Some((number.value(), any.value())),
        _ => None,
    }
}

/// The code of an error message; `None` for every other message.
pub(super) fn error_code(bytes: &[u8]) -> Option<i32> {
    let (number, body) = unwrap(bytes)?;
    (number == application::ERROR).then(|| KrbError::from_der(body).ok().map(|error| error.code)).flatten()
}
